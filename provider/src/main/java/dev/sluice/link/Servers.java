package dev.sluice.link;

import dev.sluice.wire.FrameException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Reads and writes what servers are called: host:port, the host in brackets where it is an IPv6 address. */
final class Servers {
    private Servers() {}

    /**
     * What a server calls another one.
     *
     * @param server host:port, the host in brackets where it is an IPv6 address
     * @throws FrameException when it is something else
     */
    static SocketAddress parse(String server) {
        int end = server.lastIndexOf(':');
        if (end < 1) {
            // No host would stand for this machine.
            throw new FrameException("'" + server + "' is not the host:port of a server");
        }
        try {
            String host = server.substring(0, end);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            // Resolved when it is connected to, as those of the URL are.
            return InetSocketAddress.createUnresolved(
                    bracketed ? host.substring(1, host.length() - 1) : host,
                    Integer.parseInt(server.substring(end + 1)));
        } catch (IllegalArgumentException wrong) {
            throw new FrameException("'" + server + "' is not the host:port of a server: " + wrong.getMessage());
        }
    }

    static String describe(SocketAddress server) {
        return server instanceof InetSocketAddress address
                ? bracketed(address.getHostString()) + ":" + address.getPort()
                : server.toString();
    }

    private static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    static String describe(List<SocketAddress> servers) {
        return servers.stream().map(Servers::describe).collect(Collectors.joining(", "));
    }

    /** {@code allAnswered}: each said itself why not. */
    static String unreachable(List<String> attempts, boolean allAnswered) {
        String each = "cannot connect to " + String.join("; ", attempts);
        return allAnswered
                ? each
                : each + ". Is the server running there (./sluice server), and are host and port in the URL right?";
    }
}
