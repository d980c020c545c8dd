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
 * @param shard which shard of the server the link is with, from 0 on
 * @param members asked when none of the servers answers, one after each round of those
 */
public record LinkOptions(
        List<SocketAddress> servers,
        String clientId,
        @Nullable String user,
        @Nullable String password,
        Duration reconnectFor,
        Duration connectTimeout,
        Duration heartbeat,
        int shard,
        Members members) {
    /**
     * Servers that belong together.
     *
     * @param servers as they call themselves, which need not be how a client reaches them
     * @param clusterId names their data
     */
    public record Members(List<SocketAddress> servers, long clusterId) {
        /** None are known. */
        public static final Members UNKNOWN = new Members(List.of(), 0);
    }

    /** Never give up. */
    public static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

    /** Copies the servers. */
    public LinkOptions {
        servers = List.copyOf(servers);
    }

    /** For the first shard, which every server has. */
    public LinkOptions(
            List<SocketAddress> servers,
            String clientId,
            @Nullable String user,
            @Nullable String password,
            Duration reconnectFor,
            Duration connectTimeout,
            Duration heartbeat) {
        this(servers, clientId, user, password, reconnectFor, connectTimeout, heartbeat, 0, Members.UNKNOWN);
    }

    /** The same for another shard. */
    public LinkOptions withShard(int number) {
        return withShard(number, clientId, members);
    }

    /** The same for another shard, of a client that has {@code name} by now, and knows these servers. */
    public LinkOptions withShard(int number, String name, Members known) {
        return new LinkOptions(servers, name, user, password, reconnectFor, connectTimeout, heartbeat, number, known);
    }

    /** Says nothing of the password. */
    @Override
    public String toString() {
        return "LinkOptions[servers=" + servers + ", clientId=" + clientId + ", user=" + user + "]";
    }
}
