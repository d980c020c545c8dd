package dev.sluice.server.shard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.base.Clock;
import dev.sluice.server.core.Address;
import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.Transients;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.wire.ClientFrameAdapter;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.Frames;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The duty cycle of a shard: drain the inbox into a batch, log it, apply it, dispatch, follow with the store, flush what is to be said.
 * Owner: the shard thread.
 */
final class ShardAgent {
    private static final int ENTRIES_PER_TURN = 512;
    private static final int DUE_PER_TICK = 1000;
    private static final long SPACE_CHECK_MILLIS = 50;
    private static final long RATES_MILLIS = 1000;
    private static final long CREDIT_CHECK_MILLIS = 50;
    /** With more than this part of the memory for non-persistent messages in use, senders are held to the pace of those who receive. */
    private static final int FILLING = 8;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long IDLE_NANOS_MAX = 1000 * NANOS_PER_MILLI;

    private final ShardConfig config;
    private final MailboxInbox inbox;
    private final Shard.Resources resources;
    private final BatchLog log;
    private final RowStore store;
    private final LogClock clock;
    private final ReplicatedMachine machine;
    private final Transients transients;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Clients clients;
    private final Batch batch;
    private final FrameHandler frames;
    private final CommandAdapter commands = new CommandAdapter();
    private final ClientFrameAdapter frameAdapter = new ClientFrameAdapter();
    private final UnsafeBuffer frameView = new UnsafeBuffer();
    private long nowMillis;
    private long changedSinceMillis;
    private long sealedIndex;
    private long spaceCheckedMillis;
    private long ratesMillis;
    private Session.@Nullable Answer full;

    ShardAgent(ShardConfig config, MailboxInbox inbox, Shard.Resources resources, Clock systemClock) {
        this.config = config;
        this.inbox = inbox;
        this.resources = resources;
        this.log = resources.log();
        this.store = resources.store();
        machine = new ReplicatedMachine(
                store, config.memory().cacheBytes(), config.identity().shards());
        sealedIndex = store.appliedIndex();
        log.start(store.appliedIndex(), resources.pool(), this::replay);
        clock = new LogClock(systemClock, machine.nowMillis(), inbox.aheadMillis());
        nowMillis = clock.millis();
        sessions = new Sessions(config.graceMillis(), config.sessionMemoryMillis());
        clients = new Clients(config, sessions, store, systemClock.wallMillis(), clock::millis);
        transients = new Transients(resources.pool());
        dispatcher = new Dispatcher(machine.catalog(), transients, clients);
        dispatcher.tick(nowMillis);
        clients.serve(dispatcher, machine);
        machine.effects(clients);
        batch = new Batch(resources.pool(), log);
        frames = new FrameHandler(machine, dispatcher, clients, batch, new AgentSpace());
        for (Session session : machine.catalog().sessions()) {
            sessions.leave(session, nowMillis);
        }
    }

    private void replay(long index, long timestampMillis, Slab slab, int offset, int length) {
        machine.begin(index, timestampMillis);
        commands.read(slab, offset, length, machine);
    }

    private void apply(long index, long timestampMillis, Slab slab, int offset, int length) {
        replay(index, timestampMillis, slab, offset, length);
        batch.applied(slab);
    }

    /** One turn; returns how much was done. */
    int doWork() {
        nowMillis = clock.millis();
        checkLogAndStore();
        int work = followStore();
        if (!isStoreBehind()) {
            work += drainInbox();
        }
        work += timers();
        work += proposeAndApply();
        dispatcher.tick(nowMillis);
        boolean dispatched = dispatcher.dispatch(nowMillis);
        boolean browsed = dispatcher.browsers().browse(nowMillis);
        creditSenders();
        inbox.tellRefused();
        return work + (dispatched || browsed ? 1 : 0) + (clients.proposals().isEmpty() ? 0 : 1);
    }

    /** Flushes, and tells senders of non-persistent messages that more are welcome, unless they are too far ahead. */
    private void creditSenders() {
        long bytes = transients.bytes();
        boolean mayTake = bytes < 2 * config.memory().transientBytes();
        boolean filling = bytes > config.memory().transientBytes() / FILLING;
        Predicate<ClientConnection> welcome =
                connection -> mayTake && !(filling && connection.isTooFarAhead(nowMillis));
        clients.creditAgain(welcome);
        clients.flush(welcome);
    }

    /** How long the thread may sleep when nothing comes in. */
    long idleNanos() {
        long next = Math.min(machine.nextDueMillis(), transients.nextDueMillis());
        next = Math.min(next, dispatcher.nextDueMillis());
        next = Math.min(next, sessions.nextMillis());
        if (clients.oweCredit()) {
            next = Math.min(next, nowMillis + CREDIT_CHECK_MILLIS);
        }
        if (machine.appliedIndex() > sealedIndex && !machine.isSealed()) {
            next = Math.min(next, changedSinceMillis + config.memory().commitMillis());
        }
        long millis = next == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, next - nowMillis);
        return millis > IDLE_NANOS_MAX / NANOS_PER_MILLI ? IDLE_NANOS_MAX : millis * NANOS_PER_MILLI;
    }

    // ---- in ----

    private int drainInbox() {
        int entries = 0;
        while (entries < ENTRIES_PER_TURN && batch.hasRoom(0)) {
            Inbound entry = inbox.poll();
            if (entry == null) {
                break;
            }
            entries++;
            handle(entry);
        }
        return entries;
    }

    private void handle(Inbound entry) {
        if (entry instanceof Inbound.Frames incoming) {
            handle(incoming);
        } else if (entry instanceof Inbound.Hello hello) {
            hello(hello);
        } else {
            ClientConnection connection = clients.of(entry.outlet());
            if (connection != null && entry instanceof Inbound.Closed) {
                closed(connection);
            } else if (connection != null) {
                drained(connection);
            }
        }
    }

    private void drained(ClientConnection connection) {
        clients.streams().drained(connection);
        connection.browsers().values().forEach(dispatcher.browsers()::resume);
        Session session = connection.session();
        if (session != null) {
            dispatcher.drained(session);
        }
    }

    private void closed(ClientConnection connection) {
        clients.remove(connection);
        clients.streams().drained(connection);
        connection.browsers().values().forEach(dispatcher.browsers()::close);
        Session session = connection.session();
        if (session != null && sessions.connection(session) == connection) {
            sessions.leave(session, nowMillis);
            frames.interrupted(session);
            dispatcher.away(session);
        }
    }

    private void hello(Inbound.Hello hello) {
        Inbox.Greeting greeting = hello.greeting();
        ClientConnection connection = clients.add(hello.outlet(), greeting);
        Session session = greeting.sessionId() == 0
                ? machine.catalog().session(greeting.keyHigh(), greeting.keyLow())
                : machine.catalog().session(greeting.sessionId());
        boolean own = session != null && session.hasKey(greeting.keyHigh(), greeting.keyLow());
        boolean ending = session != null && sessions.isEnding(session);
        if (session != null && own && !ending) {
            resume(connection, session);
        } else if (greeting.sessionId() != 0 || (own && ending)) {
            clients.refuse(
                    connection,
                    RefusalCode.SESSION_UNKNOWN,
                    "the session is not known any more: it was away for longer than "
                            + config.sessionMemoryMillis() / 1000
                            + " s, or another connection took its client identifier meanwhile");
        } else {
            open(connection, greeting);
        }
    }

    private void resume(ClientConnection connection, Session session) {
        ClientConnection before = sessions.connection(session);
        if (before != null) {
            closed(before);
            before.outlet().close();
        }
        clients.welcome(connection, session, true);
    }

    private void open(ClientConnection connection, Inbox.Greeting greeting) {
        String clientId = greeting.clientId();
        if (!batch.hasRoom(2 * clientId.length() * 4)) {
            proposeAndApply();
        }
        frames.takeOver(clientId);
        clients.awaitSession(connection);
        batch.encoder().openSession(greeting.keyHigh(), greeting.keyLow(), clientId);
    }

    private void handle(Inbound.Frames incoming) {
        ByteBuf bytes = incoming.frames();
        ClientConnection connection = clients.of(incoming.outlet());
        try {
            int start = bytes.readerIndex();
            int length = bytes.readableBytes();
            for (int at = 0; connection != null && !connection.isClosed() && at < length; ) {
                Frames.view(frameView, bytes, start + at, length - at);
                int frameBytes = frameView.getInt(0, Wire.BYTE_ORDER) + Wire.LENGTH_BYTES;
                if (!batch.hasRoom(frameBytes)) {
                    proposeAndApply();
                    continue;
                }
                frames.of(connection, frameBytes);
                frameAdapter.read(frameView, Wire.LENGTH_BYTES, frames);
                at += frameBytes;
            }
        } catch (FrameException fault) {
            if (connection != null) {
                clients.refuse(connection, RefusalCode.PROTOCOL, String.valueOf(fault.getMessage()));
                closed(connection);
            }
        } finally {
            bytes.release();
        }
    }

    // ---- the log ----

    private int timers() {
        int work = 0;
        if (sessions.nextMillis() <= nowMillis) {
            sessions.expire(nowMillis, this::detach, clients.proposals()::endSession);
            work++;
        }
        // One at a time: where the log is slow, the last one may not be applied yet.
        if (!batch.isUnderWay() && machine.nextDueMillis() <= nowMillis && batch.hasRoom(0)) {
            batch.encoder().tick(DUE_PER_TICK);
            work++;
        }
        if (nowMillis - ratesMillis >= RATES_MILLIS) {
            ratesMillis = nowMillis;
            frames.listing().sample(nowMillis);
        }
        clients.proposals().drainTo(batch);
        return work;
    }

    /** The time to claim is over for a session that is away. */
    private void detach(Session session) {
        dispatcher.detach(session);
        if (machine.catalog().branches().stream().anyMatch(branch -> branch.worked(session.id()))) {
            clients.proposals().lose(session);
        }
    }

    @CanIgnoreReturnValue
    private int proposeAndApply() {
        if (!batch.isEmpty()) {
            dispatcher.drainMarks((subscription, priority, sequence) -> {
                if (batch.hasRoom(0)) {
                    batch.encoder().deliveredMark(subscription.id(), priority, sequence);
                }
            });
            // A turn that is long goes on reading what comes: delays count from no earlier than a message was sent.
            nowMillis = clock.millis();
            if (machine.appliedIndex() == sealedIndex) {
                changedSinceMillis = nowMillis;
            }
            batch.propose(nowMillis);
        }
        return log.poll(this::apply);
    }

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

    // ---- the store ----

    private int followStore() {
        int work = 0;
        ChangeSet committed = store.pollCommitted();
        if (committed != null) {
            machine.committed(committed);
            log.truncate(committed.appliedIndex());
            dispatcher.committed();
            work++;
        }
        for (RowStore.Load load = store.pollLoaded(); load != null; load = store.pollLoaded()) {
            if (load.asker instanceof Streams.Stream) {
                clients.streamed(load);
            } else {
                dispatcher.loaded(load);
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

    private void seal() {
        sealedIndex = machine.appliedIndex();
        store.commit(machine.seal());
    }

    /** Whether something waits in the inbox that may be taken; while the store is behind, its answer wakes the shard. */
    boolean mayDrainMore() {
        return !inbox.isEmpty() && !isStoreBehind();
    }

    private boolean isStoreBehind() {
        return machine.isSealed()
                && machine.changedBytes() > 2 * config.memory().commitBytes();
    }

    // ---- the end ----

    /** Answers what was taken, and tells clients why it ends. */
    void farewell(RefusalCode code, String text) {
        proposeAndApply();
        clients.flush(connection -> false);
        clients.closeAll(code, text);
    }

    /** Tells clients that something is broken: nothing more is answered. */
    void farewell(Throwable fault) {
        clients.closeAll(RefusalCode.INTERNAL, "the server failed: " + fault.getMessage());
    }

    /** After the farewell, again and again: whether all that was applied is in the store, which is given the rest. */
    boolean isStored() {
        checkLogAndStore();
        ChangeSet committed = store.pollCommitted();
        if (committed != null) {
            machine.committed(committed);
            log.truncate(committed.appliedIndex());
        }
        if (!machine.isSealed() && machine.appliedIndex() > sealedIndex) {
            seal();
        }
        return !machine.isSealed() && machine.appliedIndex() == sealedIndex;
    }

    /** Closes the files as they are: what the store lacks is in the log. */
    void close() {
        resources.close();
    }

    private final class AgentSpace implements FrameHandler.Space {
        @Override
        public Session.@Nullable Answer full() {
            if (nowMillis - spaceCheckedMillis >= SPACE_CHECK_MILLIS) {
                spaceCheckedMillis = nowMillis;
                long used = store.usedBytes() + machine.changedBytes();
                boolean isFull = used >= store.limitBytes() || !log.hasRoom(Batch.BYTES_MAX);
                full = isFull ? new Session.Answer(RefusalCode.STORAGE_FULL, store.limitBytes(), used, "") : null;
            }
            return full;
        }

        @Override
        public long nowMillis() {
            return nowMillis;
        }

        @Override
        public void makeRoom(long bytes) {
            if (!batch.hasRoom((int) bytes)) {
                proposeAndApply();
            }
        }

        @Override
        public boolean overflows(Address address, int priority) {
            return transients.overflows(address, priority, config.memory().transientBytes());
        }
    }
}
