package dev.sluice.link;

import dev.sluice.base.HostPort;
import dev.sluice.wire.FrameException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** What servers are called. */
final class Servers {
    private Servers() {}

    /**
     * What a server calls another one.
     *
     * @param server host:port, the host in brackets where it is an IPv6 address
     * @throws FrameException when it is something else
     */
    static SocketAddress parse(String server) {
        try {
            return HostPort.parse(server);
        } catch (IllegalArgumentException wrong) {
            throw new FrameException("the server names another one wrongly: " + wrong.getMessage());
        }
    }

    static String describe(SocketAddress server) {
        return server instanceof InetSocketAddress address ? HostPort.format(address) : server.toString();
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
