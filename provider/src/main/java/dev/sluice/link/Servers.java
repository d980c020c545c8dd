package dev.sluice.link;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Speaks of servers to people. */
final class Servers {
    private Servers() {}

    static String describe(SocketAddress server) {
        return server instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : server.toString();
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
