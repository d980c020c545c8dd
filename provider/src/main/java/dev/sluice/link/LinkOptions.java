package dev.sluice.link;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a link needs to know before it connects.
 *
 * @param servers tried in turn, at least one; {@code LocalAddress} for an embedded server
 * @param clientId empty when there is none yet
 * @param user null for a connection without credentials
 * @param reconnectFor how long an established link tries to get back before it fails; {@link #FOREVER} by default
 * @param connectTimeout for one attempt, and for the first Welcome
 * @param heartbeat silence after which a beat is sent; three of them without a word from the server end the socket
 */
public record LinkOptions(
        List<SocketAddress> servers,
        String clientId,
        @Nullable String user,
        @Nullable String password,
        Duration reconnectFor,
        Duration connectTimeout,
        Duration heartbeat) {
    /** Never give up. */
    public static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

    /** Copies the servers. */
    public LinkOptions {
        servers = List.copyOf(servers);
    }

    /** Says nothing of the password. */
    @Override
    public String toString() {
        return "LinkOptions[servers=" + servers + ", clientId=" + clientId + ", user=" + user + "]";
    }
}
