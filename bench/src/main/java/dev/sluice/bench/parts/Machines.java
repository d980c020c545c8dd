package dev.sluice.bench.parts;

import dev.sluice.server.core.Address;
import dev.sluice.server.core.Branch;
import dev.sluice.server.core.Browser;
import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.DispatcherEffects;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.MachineEffects;
import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Subscription;
import dev.sluice.server.core.Transients;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.RefusalCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The two machines of a shard on one thread, without sockets, log and disk: commands go through their encoding into a slab, as a batch of
 * their own each. Remembers the last message that was delivered.
 */
final class Machines implements MachineEffects, DispatcherEffects {
    private static final int SLAB_BYTES = 1 << 20;
    private static final int SLAB_REST_BYTES = 4 << 10;
    private static final long POOL_BYTES = 64 << 20;
    private static final long CACHE_BYTES = 64 << 20;
    private static final long CHANGED_BYTES_MAX = 4 << 20;

    private final SlabPool pool = new SlabPool(SLAB_BYTES, POOL_BYTES);
    private final MemoryStore store = new MemoryStore(() -> {});
    private final ReplicatedMachine machine = new ReplicatedMachine(store, CACHE_BYTES, 1);
    private final Dispatcher dispatcher = new Dispatcher(machine, new Transients(pool), RedeliveryPolicies.NONE, this);
    private final CommandEncoder encoder = new CommandEncoder();
    private final CommandAdapter adapter = new CommandAdapter();
    private Slab slab = pool.take(SLAB_BYTES);
    private int from;
    private long index;
    private long created;
    private @Nullable Consumer consumer;
    private Runs delivered = new Runs();

    Machines() {
        machine.effects(this);
        index = store.appliedIndex();
    }

    /** Where a command is to be written, before {@link #apply}. */
    MachineCommands begin() {
        if (slab.buffer().capacity() - slab.position() < SLAB_REST_BYTES) {
            slab.release();
            slab = pool.take(SLAB_BYTES);
        }
        from = slab.position();
        encoder.into(slab, from);
        return encoder;
    }

    /** Applies what was written since {@link #begin}. */
    void apply() {
        int length = encoder.position() - from;
        slab.position(from + length);
        machine.begin(++index, index);
        int unused = adapter.read(slab, from, length, machine);
        follow();
    }

    /** Delivers what can be; adds the places of the messages to {@link #delivered}. */
    void dispatch() {
        boolean unused = dispatcher.dispatch(index);
    }

    /** The store follows, as it does behind a shard. */
    private void follow() {
        if (machine.changedBytes() < CHANGED_BYTES_MAX || machine.isSealed()) {
            return;
        }
        store.commit(machine.seal());
        ChangeSet committed = Objects.requireNonNull(store.pollCommitted());
        machine.committed(committed);
        dispatcher.committed();
    }

    /** What the last command made or found. */
    long created() {
        return created;
    }

    Session session(long keyHigh, long keyLow) {
        return Objects.requireNonNull(machine.catalog().session(keyHigh, keyLow));
    }

    void credit(Session session, long consumerId, long total) {
        consumer = Objects.requireNonNull(dispatcher.consumer(session, consumerId));
        dispatcher.credit(session, consumerId, consumer.epoch(), total);
    }

    /** What was delivered since it was cleared last. */
    Runs delivered() {
        return delivered;
    }

    long subscriptionId() {
        return Objects.requireNonNull(consumer).subscription().id();
    }

    /** The client acknowledges: said to the dispatcher before the log. */
    void acknowledging() {
        dispatcher.acknowledging(Objects.requireNonNull(consumer), delivered);
    }

    @Override
    public void deliver(Consumer to, StoredMessage message, int deliveryCount) {
        delivered.add(message.priority, message.sequence());
    }

    @Override
    public boolean isBusy(Consumer of) {
        return false;
    }

    @Override
    public boolean isBusy(Browser of) {
        return false;
    }

    @Override
    public void created(Session session, long number, long id) {
        created = id;
    }

    @Override
    public void refused(Session session, long number, Session.Answer answer) {
        throw new IllegalStateException("command " + number + " was refused: " + answer);
    }

    @Override
    public void sessionRefused(long keyHigh, long keyLow, RefusalCode code, String text) {
        throw new IllegalStateException("the session was refused: " + text);
    }

    @Override
    public void appended(Address address, StoredMessage message) {
        dispatcher.appended(address);
    }

    @Override
    public void done(Subscription subscription, int code, long sequence) {
        dispatcher.done(subscription, code, sequence);
    }

    @Override
    public void consumerOpened(Session session, long consumerId, Subscription subscription) {
        dispatcher.consumerOpened(session, consumerId, subscription);
    }

    @Override
    public void subscriptionAdded(Subscription subscription) {
        dispatcher.subscriptionAdded(subscription);
    }

    @Override
    public void load(RowStore.Load load) {
        throw new IllegalStateException("all that is delivered is in memory");
    }

    @Override
    public void applied(Session session, long number) {}

    @Override
    public void sessionOpened(Session session) {}

    // What does not happen in the benchmarks.

    @Override
    public void sessionEnded(Session session) {}

    @Override
    public void taken(Branch branch, Subscription subscription, Runs runs) {}

    @Override
    public void notTaken(Session session, Subscription subscription, MachineCommands.Taking taking) {}

    @Override
    public void untaken(Subscription subscription, Runs runs) {}

    @Override
    public void workEnded(Branch branch, boolean committed) {}

    @Override
    public void failed(Subscription subscription, int code, long sequence) {}

    @Override
    public void returned(Session session, Subscription subscription, long consumerId, long epoch) {}

    @Override
    public void consumerClosed(Session session, long consumerId, Subscription subscription) {}

    @Override
    public void subscriptionRemoved(Subscription subscription) {}

    @Override
    public void addressRemoved(Address address) {}

    @Override
    public void expiryDue(Address address, int priority, long sequence) {}

    @Override
    public void browsed(Browser browser, StoredMessage message, int deliveryCount) {}

    @Override
    public void browseEnd(Browser browser) {}

    @Override
    public void consumerEnded(Consumer ended, RefusalCode code, String text) {}

    @Override
    public void proposeExpire(Subscription subscription, Runs runs) {}

    @Override
    public void proposeFailures(Consumer of, Runs runs) {}

    @Override
    public void proposeHeard(Consumer of) {}

    @Override
    public void propose(int runs, java.util.function.Consumer<MachineCommands> command) {}

    @Override
    public void proposeDeadLetter(MachineCommands.DeadLetter letter) {}

    @Override
    public DeadLetterRoom deadLetterRoom() {
        return DeadLetterRoom.NONE;
    }
}
