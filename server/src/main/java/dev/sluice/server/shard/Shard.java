package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.Completion;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running shard: it takes turns on one thread, which owns the machines, the log and the store's front. That thread is an event loop: on
 * a small machine the one that reads the sockets too, so that nothing is handed from thread to thread and all that came while a batch
 * was written is the next batch. Started once, stopped once; both from any other thread.
 */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final long NO = 0;
    private static final long YES = 1;

    private final EventExecutor thread;
    private final Clock clock;
    private final Runnable onFailure;
    private final MailboxInbox inbox;
    private final Completion started = new Completion();
    private final Completion ended = new Completion();
    private final SharedRef<Throwable> failure = new SharedRef<>();
    /** YES while a turn is on its way: many signals ask for one turn. */
    private final SharedLong turnDue = new SharedLong(NO);

    // Owned by the thread. The agent is there from the start to the end.
    private @Nullable ShardAgent agent;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAtNanos;

    private Shard(ShardConfig config, EventExecutor thread, Clock clock, Runnable onFailure) {
        this.thread = thread;
        this.clock = clock;
        this.inbox = new MailboxInbox(config.inboxCapacity(), config.memory().inboxBytes(), clock, this::wake);
        this.onFailure = onFailure;
    }

    /**
     * Where a shard's rows, log and memory come from; called on the shard's thread, which owns them from then on and closes log and store.
     *
     * @param log opened, not started
     * @param store opened
     * @param pool for the shard's thread alone
     */
    public record Resources(BatchLog log, RowStore store, Slab.Pool pool) {}

    /**
     * Starts a shard and waits until it has recovered: rows loaded, log replayed.
     *
     * @param thread its thread, which may have other work
     * @param resources is given what log and store call, from any thread, when they have answers
     * @param onFailure called once, on the shard's thread, when it had to stop by itself; {@link #failure} says why
     * @throws RuntimeException what stopped it from starting
     */
    public static Shard start(
            ShardConfig config,
            EventExecutor thread,
            Function<Runnable, Resources> resources,
            Clock clock,
            Runnable onFailure) {
        Shard shard = new Shard(config, thread, clock, onFailure);
        thread.execute(() -> shard.begin(config, resources));
        await(shard.started);
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
        thread.execute(this::end);
        await(ended);
    }

    private static void await(Completion completion) {
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

    // ---- any thread ----

    private void wake() {
        if (turnDue.value() == NO && turnDue.replace(NO, YES)) {
            try {
                thread.execute(this::turn);
            } catch (RejectedExecutionException over) {
                // The threads have ended, and the shard before them.
            }
        }
    }

    // ---- the shard's thread ----

    private void begin(ShardConfig config, Function<Runnable, Resources> resources) {
        try {
            agent = new ShardAgent(config, inbox, resources.apply(this::wake), clock);
            started.succeed(0);
            wake();
        } catch (RuntimeException fault) {
            started.fail(fault);
            ended.succeed(0);
        } catch (Error fault) {
            started.fail(new IllegalStateException(fault));
            ended.succeed(0);
        }
    }

    private void turn() {
        // Before the work: who adds some after it was looked for asks for another turn.
        turnDue.set(NO);
        ShardAgent current = agent;
        if (current == null) {
            return;
        }
        try {
            if (current.doWork() > 0 || !inbox.isEmpty()) {
                wake();
            } else {
                sleep(current.idleNanos());
            }
        } catch (RuntimeException | Error fault) {
            failed(fault);
        }
    }

    /** A timer that is set too early finds nothing due and is set again: cheaper than moving it at every turn. */
    private void sleep(long nanos) {
        long at = clock.nanoTime() + nanos;
        ScheduledFuture<?> current = timer;
        if (current != null && at - timerAtNanos >= 0) {
            return;
        }
        if (current != null) {
            current.cancel(false);
        }
        timerAtNanos = at;
        timer = thread.schedule(this::timerWentOff, nanos, TimeUnit.NANOSECONDS);
    }

    private void timerWentOff() {
        timer = null;
        turn();
    }

    private void end() {
        ShardAgent current = agent;
        if (current != null) {
            agent = null;
            try {
                current.stop();
            } catch (RuntimeException | Error fault) {
                agent = current;
                failed(fault);
            }
            close();
        }
    }

    /** What is in memory is not to be trusted any more: clients are told, and a start recovers from log and store. */
    private void failed(Throwable fault) {
        LOG.error("shard=0 failed: it stops, and recovers from log and store at the next start", fault);
        failure.set(fault);
        ShardAgent broken = Objects.requireNonNull(agent);
        agent = null;
        try {
            broken.abandon(fault);
        } finally {
            close();
            onFailure.run();
        }
    }

    private void close() {
        ScheduledFuture<?> current = timer;
        if (current != null) {
            current.cancel(false);
        }
        inbox.close();
        if (!ended.isDone()) {
            ended.succeed(0);
        }
    }
}
