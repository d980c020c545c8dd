package dev.sluice.server.gateway;

import dev.sluice.server.shard.Inbox;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the shards are served. Any thread. */
@FunctionalInterface
public interface Routes {
    /** Of a server that is alone. */
    Routes ALL_HERE = shard -> Route.HERE;

    /** Where a shard is served now, as far as this server knows. */
    Route of(int shard);

    /** Names the data of the servers, as clients hear it. */
    default long clusterId() {
        return 0;
    }

    /** The servers that clients may connect to, host:port with commas between them; empty when there is this one alone, or it is not known yet. */
    default String members() {
        return "";
    }

    /**
     * Tells the server that serves a shard that this one has checked a client which it will pass on, or send there.
     *
     * @param done called with whether it has heard that; else it checks the client itself, if it is there; on any thread
     */
    default void vouch(int shard, Inbox.Greeting greeting, Consumer<Boolean> done) {
        done.accept(true);
    }

    /** Whether another server has checked this client, and passed it on or sent it here. True once. */
    default boolean isVouchedFor(Inbox.Greeting greeting) {
        return false;
    }

    /**
     * Where a shard is served.
     *
     * @param here by this server
     * @param elsewhere where clients reach the server that does; null when it is this one, or not known
     */
    record Route(boolean here, @Nullable InetSocketAddress elsewhere) {
        /** By this server. */
        public static final Route HERE = new Route(true, null);

        /** Nobody is known to serve it; that may change soon. */
        public static final Route UNKNOWN = new Route(false, null);

        /** By another server. */
        public static Route to(InetSocketAddress address) {
            return new Route(false, address);
        }
    }
}
