package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.Invariant;
import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.wire.RefusalCode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The duty cycle of a shard: apply what the log commits, and follow with the store. While its server leads, {@link Leading} takes part in
 * it: drain the inbox into a batch, log it, dispatch, flush what is to be said. Owner: the shard thread.
 */
final class ShardAgent {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long IDLE_NANOS_MAX = 1000 * NANOS_PER_MILLI;
    /** The time of the wall clock has so many bits, for some thousand years: the leadership stands above them. */
    private static final int TIME_BITS = 47;

    private final ShardConfig config;
    private final MailboxInbox inbox;
    private final Shard.Resources resources;
    private final BatchLog log;
    private final RowStore store;
    private final Clock systemClock;
    private final ReplicatedMachine machine;
    private final CommandAdapter commands = new CommandAdapter();
    private final BatchLog.Listener applying = this::apply;
    private LogClock clock;
    private @Nullable Leading leading;
    private long leadership;
    private long nowMillis;
    private long changedSinceMillis;
    private long sealedIndex;

    ShardAgent(ShardConfig config, MailboxInbox inbox, Shard.Resources resources, Clock systemClock) {
        this.config = config;
        this.inbox = inbox;
        this.resources = resources;
        this.log = resources.log();
        this.store = resources.store();
        this.systemClock = systemClock;
        machine = new ReplicatedMachine(
                store, config.memory().cacheBytes(), config.identity().shards());
        sealedIndex = store.appliedIndex();
        log.start(store.appliedIndex(), resources.pool(), applying);
        clock = clock();
        nowMillis = clock.millis();
        boolean leads = followLeadership() > 0;
        inbox.serving(leads);
    }

    private LogClock clock() {
        return new LogClock(systemClock, machine.nowMillis(), inbox.aheadMillis());
    }

    private void apply(long index, long timestampMillis, Slab slab, int offset, int length) {
        if (machine.appliedIndex() == sealedIndex) {
            changedSinceMillis = nowMillis;
        }
        machine.begin(index, timestampMillis);
        commands.read(slab, offset, length, machine);
    }

    /** One turn; returns how much was done. */
    int doWork() {
        nowMillis = clock.millis();
        checkLogAndStore();
        int work = followStore();
        work += followLeadership();
        Leading now = leading;
        work += now == null ? follow() : now.doWork(nowMillis, !isStoreBehind());
        inbox.tellRefused();
        return work;
    }

    /** How long the thread may sleep when nothing comes in. */
    long idleNanos() {
        long next = leading == null ? Long.MAX_VALUE : leading.nextDueMillis();
        if (machine.appliedIndex() > sealedIndex && !machine.isSealed()) {
            next = Math.min(next, changedSinceMillis + config.memory().commitMillis());
        }
        long millis = next == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, next - nowMillis);
        long nanos = millis > IDLE_NANOS_MAX / NANOS_PER_MILLI ? IDLE_NANOS_MAX : millis * NANOS_PER_MILLI;
        return leading == null ? nanos : Math.min(nanos, leading.gatheringNanos());
    }

    // ---- who leads ----

    /** Begins and ends to lead as the log says; 0 when all is as before. */
    private int followLeadership() {
        long current = log.leadership();
        if (current == leadership) {
            return 0;
        }
        leadership = current;
        if (leading != null) {
            inbox.serving(false);
            leading.end();
            leading = null;
        }
        if (current != BatchLog.FOLLOWS) {
            // No stamp of this leadership is before one that was applied.
            clock = clock();
            nowMillis = clock.millis();
            changedSinceMillis = Math.min(changedSinceMillis, nowMillis);
            long incarnation = current << TIME_BITS | systemClock.wallMillis();
            Leading.Ground ground = new Leading.Ground(config, inbox, resources, machine, applying);
            leading = new Leading(ground, clock, incarnation);
            inbox.serving(true);
        }
        return 1;
    }

    /** Another server leads: what comes by mistake goes back, and what is committed is applied as fast as the store takes it. */
    private int follow() {
        int work = 0;
        for (Inbound entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            Visitors.turnAway(entry);
            work++;
        }
        return isStoreBehind() ? work : work + log.poll(applying);
    }

    // ---- log and store ----

    /** What failed on a thread of theirs is never tried again: the shard stops. */
    private void checkLogAndStore() {
        Throwable logFault = log.failure();
        if (logFault != null) {
            throw new IllegalStateException("the log has failed: " + logFault.getMessage(), logFault);
        }
        Throwable storeFault = store.failure();
        if (storeFault != null) {
            throw new IllegalStateException("the store has failed: " + storeFault.getMessage(), storeFault);
        }
    }

    private int followStore() {
        int work = 0;
        if (takeCommitted()) {
            if (leading != null) {
                leading.committed();
            }
            work++;
        }
        for (RowStore.Load load = store.pollLoaded(); load != null; load = store.pollLoaded()) {
            if (leading != null) {
                leading.loaded(load);
            }
            work++;
        }
        boolean due = nowMillis - changedSinceMillis >= config.memory().commitMillis()
                || machine.changedBytes() >= config.memory().commitBytes();
        if (due && !machine.isSealed() && machine.appliedIndex() > sealedIndex) {
            seal();
            work++;
        }
        return work;
    }

    private boolean takeCommitted() {
        ChangeSet committed = store.pollCommitted();
        if (committed == null) {
            return false;
        }
        machine.committed(committed);
        log.truncate(committed.appliedIndex());
        return true;
    }

    private void seal() {
        sealedIndex = machine.appliedIndex();
        store.commit(machine.seal());
    }

    /** Whether something waits in the inbox that may be taken; while store or log is behind, its answer wakes the shard. */
    boolean mayDrainMore() {
        return !inbox.isEmpty() && !isStoreBehind() && (leading == null || leading.takesMore());
    }

    private boolean isStoreBehind() {
        return machine.isSealed()
                && machine.changedBytes() > 2 * config.memory().commitBytes();
    }

    /** Whether it has applied more than up to this batch. */
    boolean isBeyond(long appliedIndex) {
        return machine.appliedIndex() > appliedIndex;
    }

    /** One that goes on from other rows, in place of this. */
    ShardAgent renewed(Supplier<RowStore> exchange) {
        Invariant.check(leading == null, "the rows of a shard were exchanged while its server leads");
        store.close();
        return new ShardAgent(config, inbox, new Shard.Resources(log, exchange.get(), resources.pool()), systemClock);
    }

    // ---- the end ----

    /** Answers what was taken, and tells clients why it ends. */
    void farewell(RefusalCode code, String text) {
        inbox.serving(false);
        if (leading != null) {
            leading.farewell(code, text);
        }
    }

    /** Tells clients that something is broken: nothing more is answered. */
    void farewell(Throwable fault) {
        inbox.serving(false);
        if (leading != null) {
            leading.farewell(fault);
        }
    }

    /** After the farewell, again and again: whether all that was applied is in the store, which is given the rest. */
    boolean isStored() {
        checkLogAndStore();
        boolean unused = takeCommitted();
        if (!machine.isSealed() && machine.appliedIndex() > sealedIndex) {
            seal();
        }
        return !machine.isSealed() && machine.appliedIndex() == sealedIndex;
    }

    /** Closes the files as they are: what the store lacks is in the log. */
    void close() {
        resources.close();
    }
}
