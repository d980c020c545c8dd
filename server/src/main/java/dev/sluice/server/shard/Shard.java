package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.Completion;
import dev.sluice.base.SharedRef;
import dev.sluice.base.Signal;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running shard: one thread that owns the machines, the log and the store's front. Started once, stopped once; both from any thread. */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    private final Signal signal;
    private final MailboxInbox inbox;
    private final Completion started = new Completion();
    private final Completion ended = new Completion();
    private final SharedRef<Throwable> failure = new SharedRef<>();
    private final SharedRef<Boolean> stopping = new SharedRef<>();
    private final Runnable onFailure;

    private Shard(ShardConfig config, Signal signal, Runnable onFailure) {
        this.signal = signal;
        this.inbox = new MailboxInbox(config.inboxCapacity(), signal);
        this.onFailure = onFailure;
    }

    /**
     * Where a shard's rows, log and memory come from; called on the shard's thread, which owns them from then on and closes log and store.
     *
     * @param log opened, not started
     * @param store opened; its answers give {@code signal}
     * @param pool for the shard's thread alone
     */
    public record Resources(BatchLog log, RowStore store, Slab.Pool pool) {}

    /**
     * Starts a shard and waits until it has recovered: rows loaded, log replayed.
     *
     * @param signal what the store gives when it has answers
     * @param onFailure called once, on the shard's thread, when it had to stop by itself; {@link #failure} says why
     * @throws RuntimeException what stopped it from starting
     */
    public static Shard start(
            ShardConfig config, Signal signal, Supplier<Resources> resources, Clock clock, Runnable onFailure) {
        Shard shard = new Shard(config, signal, onFailure);
        Thread thread = new Thread(() -> shard.run(config, resources, clock), "sluice-shard-0");
        thread.setDaemon(true);
        thread.start();
        shard.await(shard.started);
        Exception fault = shard.started.failure();
        if (fault instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return shard;
    }

    /** The way in. */
    public Inbox inbox() {
        return inbox;
    }

    /** Why it stopped by itself, or null. */
    public @Nullable Throwable failure() {
        return failure.value();
    }

    /** Tells clients, puts all that is in the log into the store, closes both; returns when that is done. */
    public void stop() {
        stopping.set(Boolean.TRUE);
        signal.give();
        await(ended);
    }

    private void await(Completion completion) {
        boolean interrupted = false;
        while (!completion.isDone()) {
            try {
                completion.awaitDone();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(ShardConfig config, Supplier<Resources> resources, Clock clock) {
        ShardAgent agent = null;
        try {
            agent = new ShardAgent(config, inbox, resources.get(), clock);
            started.succeed(0);
            while (stopping.value() == null) {
                if (agent.doWork() == 0 && inbox.isEmpty()) {
                    signal.await(agent.idleNanos());
                }
            }
            agent.stop();
        } catch (RuntimeException | Error fault) {
            failed(agent, fault);
        } finally {
            ended.succeed(0);
        }
    }

    /** What is in memory is not to be trusted any more: clients are told, and a start recovers from log and store. */
    private void failed(@Nullable ShardAgent agent, Throwable fault) {
        if (!started.isDone()) {
            started.fail(fault instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(fault));
            return;
        }
        LOG.error("shard=0 failed: it stops, and recovers from log and store at the next start", fault);
        failure.set(fault);
        if (agent != null) {
            agent.abandon(fault);
        }
        onFailure.run();
    }
}
