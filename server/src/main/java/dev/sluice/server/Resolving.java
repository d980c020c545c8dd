package dev.sluice.server;

import dev.sluice.base.Monitor;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.Reply;
import dev.sluice.net.NettyLink;
import dev.sluice.server.gateway.EventLoops;
import dev.sluice.server.gateway.Gateway;
import dev.sluice.server.gateway.GatewayConfig;
import dev.sluice.sharding.SpreadTransactions;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Resolver} of a server with several shards, on a thread of its own, over links inside this JVM. Started once, closed once
 * by the same owner.
 */
final class Resolving implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resolving.class);
    private static final Duration LINK_TIMEOUT = Duration.ofSeconds(10);
    private static final int ROUNDS_PER_PATIENCE = 4;
    private static final Duration PATIENCE_MIN = Duration.ofSeconds(1);
    private static final int CONNECTIONS_PER_SHARD = 4;

    private final EventLoops loops = EventLoops.inProcess(1);
    private final Gateway gateway;
    private final SocketAddress address;
    private final Resolver resolver;
    private final long patienceNanos;
    private final Monitor monitor = new Monitor();
    private final Thread thread = new Thread(this::run, "sluice-resolver");
    private final Links links;
    private boolean closed;

    private Resolving(Gateway.Shards shards, Duration patience) throws IOException {
        int count = shards.inboxes().size();
        patienceNanos = patience.toNanos();
        GatewayConfig config = new GatewayConfig(
                CONNECTIONS_PER_SHARD * count, CONNECTIONS_PER_SHARD * count, LINK_TIMEOUT, LINK_TIMEOUT, true);
        gateway = Gateway.start(config, loops, shards, (user, password) -> false);
        links = new Links(count);
        resolver = new Resolver(links, patience.toMillis());
        address = gateway.listen(new LocalAddress("sluice-resolver-" + UUID.randomUUID()));
    }

    /**
     * Starts it.
     *
     * @param patience for so long clients may end their transactions themselves
     */
    static Resolving start(Gateway.Shards shards, Duration patience) {
        try {
            Duration atLeast = patience.compareTo(PATIENCE_MIN) < 0 ? PATIENCE_MIN : patience;
            Resolving resolving = new Resolving(shards, atLeast);
            resolving.thread.setDaemon(true);
            resolving.thread.start();
            return resolving;
        } catch (IOException fault) {
            throw new StartException("no listener inside the process: " + fault.getMessage(), fault);
        }
    }

    private void run() {
        // After a start, clients have the whole time to come back.
        boolean open = await(patienceNanos);
        while (open) {
            try {
                int ended = resolver.resolve();
                LOG.debug("ended={}", ended);
            } catch (LinkException refusal) {
                // A shard that stops, or is full: it is asked again, on a new link.
                LOG.warn("transactions over several shards wait: {}", refusal.getMessage());
                links.close();
            } catch (RuntimeException fault) {
                LOG.error("transactions over several shards wait", fault);
                links.close();
            } catch (InterruptedException stopped) {
                break;
            }
            open = await(patienceNanos / ROUNDS_PER_PATIENCE);
        }
        links.close();
    }

    private boolean await(long nanos) {
        monitor.enter();
        try {
            for (long left = nanos; left > 0 && !closed; ) {
                left = monitor.await(left);
            }
            return !closed;
        } catch (InterruptedException stopped) {
            return false;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void close() {
        monitor.enter();
        try {
            closed = true;
            monitor.changed();
        } finally {
            monitor.leave();
        }
        thread.interrupt();
        gateway.close();
        loops.close();
    }

    /** The resolver's links, opened when they are needed. Owner: its thread. */
    private final class Links implements SpreadTransactions.Shards {
        private final @Nullable Link[] links;

        Links(int shards) {
            links = new @Nullable Link[shards];
        }

        @Override
        public int count() {
            return links.length;
        }

        @Override
        public Link link(int shard) throws LinkException {
            Link link = links[shard];
            if (link == null) {
                LinkOptions options =
                        new LinkOptions(List.of(address), "", null, null, Duration.ZERO, LINK_TIMEOUT, LINK_TIMEOUT);
                link = NettyLink.open(options.withShard(shard), LinkListener.NONE);
                links[shard] = link;
            }
            return link;
        }

        void close() {
            for (int shard = 0; shard < links.length; shard++) {
                Link link = links[shard];
                links[shard] = null;
                if (link != null) {
                    Reply unused = link.close();
                }
            }
        }
    }
}
