package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.Completion;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.wire.RefusalCode;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running shard: it takes turns on one thread, which owns the machines, the log and the store's front. That thread is an event loop: on
 * a small machine the one that reads the sockets too, so that nothing is handed from thread to thread and all that came while a batch
 * was written is the next batch. Started once, stopped once; both from any other thread, and in two steps so that several do it at a time.
 */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final long NO = 0;
    private static final long YES = 1;

    /** As long as a stop waits for the store. */
    private static final long STORING_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private static final long STORING_PAUSE_NANOS = 200_000;

    private final int number;
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
    private final Runnable timerTask = this::timerWentOff;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAtNanos;

    private Shard(ShardConfig config, EventExecutor thread, Clock clock, Runnable onFailure) {
        this.number = config.identity().shard();
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
    public record Resources(BatchLog log, RowStore store, Slab.Pool pool) {
        /** Closes the files and ends their threads. */
        void close() {
            try {
                store.close();
            } finally {
                log.close();
            }
        }
    }

    /**
     * Begins to start a shard; {@link #awaitStarted} is to follow.
     *
     * @param thread its thread, which may have other work
     * @param resources is given what log and store call, from any thread, when they have answers
     * @param onFailure called once, on the shard's thread, when it had to stop by itself; {@link #failure} says why
     */
    public static Shard begin(
            ShardConfig config,
            EventExecutor thread,
            Function<Runnable, Resources> resources,
            Clock clock,
            Runnable onFailure) {
        Shard shard = new Shard(config, thread, clock, onFailure);
        thread.execute(() -> shard.begin(config, resources));
        return shard;
    }

    /**
     * Waits until it has recovered: rows loaded, log replayed.
     *
     * @throws RuntimeException what stopped it from starting
     */
    public void awaitStarted() {
        await(started);
        if (started.failure() instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    /** The way in. */
    public Inbox inbox() {
        return inbox;
    }

    /** Why it stopped by itself, or null. */
    public @Nullable Throwable failure() {
        return failure.value();
    }

    /**
     * Tells clients, puts all that is in the log into the store, closes both; {@link #awaitStopped} is to follow. A store that cannot take it
     * (its disk is full) is closed as it is after a while: the next start replays the log.
     */
    public void stop() {
        thread.execute(this::end);
    }

    /** Waits until it has stopped, as it was told or by itself, or could not start. */
    public void awaitStopped() {
        await(ended);
    }

    /**
     * Goes on from other rows, which another server had: closes the store, calls {@code exchange} (with what that is to call when it has answers) for the one to go on with, and lets the log
     * begin behind that. Only where another server leads; any thread but the shard's, which waits until it is done.
     *
     * @param appliedIndex the batch up to which the other rows have everything
     * @throws IllegalStateException when the shard has ended or ends by this, or has applied more
     */
    public void renew(long appliedIndex, Function<Runnable, RowStore> exchange) {
        Completion done = beginRenewal(appliedIndex, exchange);
        await(done);
        if (done.failure() != null) {
            throw new IllegalStateException(String.valueOf(done.failure().getMessage()), done.failure());
        }
    }

    /** As {@link #renew}, without waiting: it is done on the shard's thread, with what would be thrown as its failure. */
    public Completion beginRenewal(long appliedIndex, Function<Runnable, RowStore> exchange) {
        Completion done = new Completion();
        try {
            thread.execute(() -> renew(appliedIndex, () -> exchange.apply(this::wake), done));
        } catch (RejectedExecutionException over) {
            done.fail(new IllegalStateException("the shard has ended", over));
        }
        return done;
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
        // By compare-and-set even where a turn is due: its fence makes that turn see what was added before.
        if (turnDue.replace(NO, YES)) {
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
            agent = agent(config, resources.apply(this::wake));
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

    private ShardAgent agent(ShardConfig config, Resources resources) {
        try {
            return new ShardAgent(config, inbox, resources, clock);
        } catch (RuntimeException | Error fault) {
            // A log that is damaged, say: nothing may stay open where a start is tried again.
            resources.close();
            throw fault;
        }
    }

    private void renew(long appliedIndex, Supplier<RowStore> exchange, Completion done) {
        ShardAgent current = agent;
        if (current == null) {
            done.fail(new IllegalStateException("it was stopped"));
            return;
        }
        if (current.isBeyond(appliedIndex)) {
            done.fail(new IllegalStateException("it has more than the rows up to " + appliedIndex));
            return;
        }
        try {
            agent = current.renewed(exchange);
            done.succeed(0);
            wake();
        } catch (RuntimeException | Error fault) {
            done.fail(new IllegalStateException(fault));
            failed(current, fault);
        }
    }

    private void turn() {
        // Before the work: who adds some after it was looked for asks for another turn.
        turnDue.set(NO);
        ShardAgent current = agent;
        if (current == null) {
            // It came after the end.
            inbox.close();
            return;
        }
        try {
            if (current.doWork() > 0 || current.mayDrainMore()) {
                wake();
            } else {
                sleep(current.idleNanos());
            }
        } catch (RuntimeException | Error fault) {
            failed(current, fault);
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
        timer = thread.schedule(timerTask, nanos, TimeUnit.NANOSECONDS);
    }

    private void timerWentOff() {
        timer = null;
        turn();
    }

    private void end() {
        ShardAgent last = agent;
        if (last == null) {
            return;
        }
        agent = null;
        try {
            last.farewell(RefusalCode.SHUTTING_DOWN, "the server stops; try again, here or elsewhere");
            long latest = clock.nanoTime() + STORING_NANOS_MAX;
            // A task of its own: on the loop of the sockets the farewell goes out before it.
            thread.execute(() -> finish(last, latest));
        } catch (RuntimeException | Error fault) {
            failed(last, fault);
        }
    }

    private void finish(ShardAgent last, long latestNanos) {
        try {
            boolean stored = last.isStored();
            if (!stored && clock.nanoTime() - latestNanos < 0) {
                ScheduledFuture<?> unused =
                        thread.schedule(() -> finish(last, latestNanos), STORING_PAUSE_NANOS, TimeUnit.NANOSECONDS);
                return;
            }
            if (!stored) {
                LOG.warn("shard={} stops before its store has taken all: the next start replays the log", number);
            }
        } catch (RuntimeException | Error fault) {
            failed(last, fault);
            return;
        }
        close(last);
    }

    /** What is in memory is not to be trusted any more: clients are told, and a start recovers from log and store. */
    private void failed(ShardAgent broken, Throwable fault) {
        LOG.error("shard={} failed: it stops, and recovers from log and store at the next start", number, fault);
        failure.set(fault);
        agent = null;
        try {
            broken.farewell(fault);
        } finally {
            thread.execute(() -> {
                try {
                    close(broken);
                } finally {
                    onFailure.run();
                }
            });
        }
    }

    private void close(ShardAgent last) {
        ScheduledFuture<?> current = timer;
        if (current != null) {
            current.cancel(false);
        }
        inbox.close();
        try {
            last.close();
        } finally {
            ended.succeed(0);
        }
    }
}
