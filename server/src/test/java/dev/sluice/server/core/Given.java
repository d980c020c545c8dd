package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.base.Invariant;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a shard without the shard: every command goes through its encoding into a slab and is kept as the log, so that all can
 * be built again at any point from the rows and what came after them. Time stands still unless it is moved.
 */
final class Given {
    private static final int SLAB_BYTES = 32 * 1024;
    private static final int ROLL_BYTES = 2048;
    /** No test has so much to read that it needs more for one step. */
    private static final long LOADS_MAX = 10_000;

    final Observed observed = new Observed(this);
    long nowMillis = 1_000_000;
    MemoryStore store = new MemoryStore(() -> {});
    ReplicatedMachine machine;
    Transients transients;
    Dispatcher dispatcher;
    private final long cacheBytes;
    private final RedeliveryPolicies policies;
    private final List<Entry> log = new ArrayList<>();
    private final CommandEncoder encoder = new CommandEncoder();
    private final CommandAdapter adapter = new CommandAdapter();
    private SlabPool pool = new SlabPool(SLAB_BYTES, 1 << 20);
    private @Nullable Slab slab;
    private @Nullable ChangeSet sealed;

    private record Entry(long index, long timeMillis, DirectBuffer bytes) {}

    Given() {
        this(1 << 20);
    }

    Given(RedeliveryPolicy policy) {
        this(1 << 20, policy);
    }

    Given(long cacheBytes) {
        this(cacheBytes, RedeliveryPolicy.NONE);
    }

    Given(long cacheBytes, RedeliveryPolicy policy) {
        this.cacheBytes = cacheBytes;
        policies = new RedeliveryPolicies(policy, Map.of(), Map.of());
        machine = new ReplicatedMachine(store, cacheBytes, 1);
        transients = new Transients(pool);
        dispatcher = new Dispatcher(machine, transients, policies, observed);
        machine.effects(observed);
    }

    /** A client with a session of its own. */
    Client client(String clientId) {
        long key = log.size() + 1L;
        run(to -> to.openSession(key, key, clientId));
        return new Client(
                this,
                Objects.requireNonNull(machine.catalog().session(key, key)).id());
    }

    /** Logs and applies a command, and lets everything that follows from it happen. */
    @CanIgnoreReturnValue
    Given run(Consumer<MachineCommands> command) {
        apply(command);
        return settle();
    }

    /** After so many further commands the server is killed: what would be logged next is not; -1 for never. */
    int killAt = -1;

    /** The server was killed. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Logs and applies a command, and nothing else. */
    void apply(Consumer<MachineCommands> command) {
        if (killAt == 0) {
            throw new Killed();
        }
        killAt = killAt < 0 ? -1 : killAt - 1;
        Slab target = slab();
        int from = target.position();
        encoder.into(target, from);
        command.accept(encoder);
        int length = encoder.position() - from;
        byte[] bytes = new byte[length];
        target.buffer().getBytes(from, bytes);
        log.add(new Entry(log.size() + 1L, nowMillis, new UnsafeBuffer(bytes)));
        read(target, from, log.get(log.size() - 1));
    }

    private Slab slab() {
        Slab current = slab;
        if (current == null || current.position() >= ROLL_BYTES) {
            if (current != null) {
                current.release();
            }
            current = pool.take(SLAB_BYTES);
            slab = current;
        }
        return current;
    }

    private void read(Slab target, int from, Entry entry) {
        target.position(from + entry.bytes.capacity());
        machine.begin(entry.index, entry.timeMillis);
        adapter.read(target, from, entry.bytes.capacity(), machine);
    }

    /** Lets everything happen that can: reads of the store, deliveries, what the dispatcher proposes. */
    @CanIgnoreReturnValue
    Given settle() {
        boolean worked = true;
        long most = observed.loads + LOADS_MAX;
        while (worked) {
            long loads = observed.loads;
            Invariant.check(loads < most, "%d reads of the store, and no end", LOADS_MAX);
            worked = observed.propose();
            for (RowStore.Load load = store.pollLoaded(); load != null; load = store.pollLoaded()) {
                dispatcher.loaded(load);
                worked = true;
            }
            worked |= dispatcher.dispatch(nowMillis);
            worked |= dispatcher.browsers().browse(nowMillis);
            worked |= observed.hasProposals() || observed.loads != loads;
        }
        return this;
    }

    /** Time passes; what is due then happens. */
    @CanIgnoreReturnValue
    Given pass(long millis) {
        nowMillis += millis;
        while (machine.nextDueMillis() <= nowMillis) {
            run(to -> to.tick(100));
        }
        dispatcher.tick(nowMillis);
        return settle();
    }

    /** Closes the change set; it is not in the store yet. */
    void seal() {
        if (sealed == null) {
            dispatcher.drainMarks((subscription, priority, sequence) -> {
                apply(to -> to.deliveredMark(subscription.id(), priority, sequence));
                return true;
            });
            sealed = machine.seal();
        }
    }

    /** What was sealed is in the store. */
    @CanIgnoreReturnValue
    Given commit() {
        ChangeSet changes = sealed;
        if (changes != null) {
            sealed = null;
            store.commit(changes);
            machine.committed(Objects.requireNonNull(store.pollCommitted()));
            dispatcher.committed();
        }
        return settle();
    }

    /** Everything so far is in the store. */
    @CanIgnoreReturnValue
    Given stored() {
        commit();
        seal();
        return commit();
    }

    /** The process dies, and a new one begins with the rows and the log. */
    @CanIgnoreReturnValue
    Given restart() {
        observed.forget();
        sealed = null;
        slab = null;
        pool = new SlabPool(SLAB_BYTES, 1 << 20);
        while (store.pollLoaded() != null) {
            // Answers to the one that died.
        }
        machine = new ReplicatedMachine(store, cacheBytes, 1);
        replay();
        transients = new Transients(pool);
        dispatcher = new Dispatcher(machine, transients, policies, observed);
        machine.effects(observed);
        return this;
    }

    private void replay() {
        for (Entry entry : log) {
            if (entry.index > machine.appliedIndex()) {
                Slab target = slab();
                target.buffer().putBytes(target.position(), entry.bytes, 0, entry.bytes.capacity());
                read(target, target.position(), entry);
            }
        }
    }

    /** The rows of a replica that has the log and nothing else. */
    Map<String, String> rowsOfReplica() {
        Given replica = new Given(cacheBytes);
        replica.log.addAll(log);
        replica.replay();
        replica.sealed = replica.machine.seal();
        replica.commit();
        return replica.rows();
    }

    /** Every row of the store. */
    Map<String, String> rows() {
        TreeMap<String, String> rows = new TreeMap<>();
        for (Table table : Table.values()) {
            store.scan(table, 0, 0, (major, minor, value, length) -> {
                byte[] bytes = new byte[length];
                value.getBytes(0, bytes);
                rows.put(
                        table + " " + major + " " + Long.toHexString(minor),
                        java.util.HexFormat.of().formatHex(bytes));
                return true;
            });
        }
        return rows;
    }
}
