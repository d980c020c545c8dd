package dev.sluice.server.cli;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.net.Links;
import dev.sluice.server.InProcessServers;
import dev.sluice.wire.Wire;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Opens a link for commands that ask what JMS does not know. */
final class LinkAddress {
    private static final String EMBEDDED = "sluice:embedded:";
    private static final String REMOTE = "sluice://";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private LinkAddress() {}

    static Link open(ServerAddress server, Terminal terminal) throws LinkException {
        String user = server.user(terminal);
        return Links.open(
                new LinkOptions(
                        addresses(server.url(terminal)),
                        "",
                        user,
                        user == null ? null : server.password(terminal),
                        Duration.ZERO,
                        PATIENCE,
                        PATIENCE),
                LinkListener.NONE);
    }

    static List<SocketAddress> addresses(String url) {
        int question = url.indexOf('?');
        String plain = question < 0 ? url : url.substring(0, question);
        if (plain.startsWith(EMBEDDED) && plain.length() > EMBEDDED.length()) {
            return List.of(new InProcessServers().durable(plain.substring(EMBEDDED.length())));
        }
        if (!plain.startsWith(REMOTE)) {
            throw new UsageException("'" + url + "' is not a URL of a server; write sluice://HOST:" + Wire.PORT);
        }
        List<SocketAddress> addresses = new ArrayList<>();
        for (String host : plain.substring(REMOTE.length()).split(",", -1)) {
            addresses.add(address(host));
        }
        return addresses;
    }

    private static SocketAddress address(String text) {
        try {
            URI uri = new URI(REMOTE + text);
            String host = uri.getHost();
            if (host != null) {
                String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
                return InetSocketAddress.createUnresolved(bare, uri.getPort() < 0 ? Wire.PORT : uri.getPort());
            }
        } catch (URISyntaxException e) {
            throw new UsageException("'" + text + "' is not HOST:PORT: " + e.getReason());
        }
        throw new UsageException("'" + text + "' is not HOST:PORT");
    }
}
