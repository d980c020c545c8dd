package dev.sluice.base;

import java.net.InetSocketAddress;

/** What servers call each other in frames and in settings: host:port, the host in brackets where it is an IPv6 address. Stateless. */
public final class HostPort {
    private HostPort() {}

    /**
     * Reads a host and a port. The host is not looked up: that is for who connects.
     *
     * @throws IllegalArgumentException when it is something else, with the reason
     */
    public static InetSocketAddress parse(String text) {
        int end = text.lastIndexOf(':');
        if (end < 1) {
            // No host would stand for this machine.
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        try {
            return InetSocketAddress.createUnresolved(
                    bare(text.substring(0, end)), Integer.parseInt(text.substring(end + 1)));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not host:port: " + wrong.getMessage(), wrong);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Writes what {@link #parse} reads. */
    public static String format(InetSocketAddress address) {
        return format(address.getHostString(), address.getPort());
    }

    /** Writes what {@link #parse} reads; {@code host} has no brackets. */
    public static String format(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
