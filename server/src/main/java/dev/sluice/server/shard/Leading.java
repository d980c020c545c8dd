package dev.sluice.server.shard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.core.Address;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.MachineEffects;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.Transients;
import dev.sluice.server.log.BatchLog;
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
 * All that a shard has only as long as its server leads it: clients, dispatcher, non-persistent messages, the batch that is being put
 * together. It begins as after a restart: every session is away and may come back with what it holds. On one server it is there from the
 * start to the end. Owner: the shard thread.
 */
final class Leading {
    private static final int ENTRIES_PER_TURN = 512;
    private static final int DUE_PER_TICK = 1000;
    /** How far messages were delivered is logged with what is logged anyway; when nothing is, then after this time. */
    private static final long MARKS_MILLIS = 50;

    private static final long CREDIT_CHECK_MILLIS = 50;
    /** With more than this part of the memory for non-persistent messages in use, senders are held to the pace of those who receive. */
    private static final int FILLING = 8;

    /** A client counts its claims from what it heard last, which may be this many heartbeats before its server was lost. */
    private static final int BEATS_UNHEARD = 2;

    private final Ground ground;
    private final LogClock clock;
    private final Transients transients;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Loads loads;
    private final Clients clients;
    private final Batch batch;
    private final Fence fence;
    private final Greetings greetings;
    private final Room room;
    private final FrameHandler.Space space;
    private final FrameHandler frames;
    private final BatchLog.Listener applying = this::apply;
    private final Unawaited unawaited = new Unawaited();
    private final Gathering gathering = new Gathering();
    /** Whether a batch waits for clients that were just answered. Not in a cluster: several are under way there, and it showed no gain. */
    private final boolean gathers;

    private final ClientFrameAdapter frameAdapter = new ClientFrameAdapter();
    private final UnsafeBuffer frameView = new UnsafeBuffer();

    private long nowMillis;
    /** Whether nobody waits for the command of the frame at hand. */
    private boolean frameUnawaited;

    /** The number of the batch with the last tick. */
    private long tickedIn = -1;

    /** When it is to be logged at the latest how far messages were delivered. */
    private long marksDueMillis = Long.MAX_VALUE;

    /**
     * What stays when leadership goes.
     *
     * @param applying applies what is committed to the machine
     */
    record Ground(
            ShardConfig config,
            MailboxInbox inbox,
            Shard.Resources resources,
            ReplicatedMachine machine,
            BatchLog.Listener applying) {}

    /** {@code incarnation} names this leadership to clients; no other one of the data has the same. */
    Leading(Ground ground, LogClock clock, long incarnation) {
        this.ground = ground;
        this.clock = clock;
        ShardConfig config = ground.config;
        ReplicatedMachine machine = ground.machine;
        nowMillis = clock.millis();
        gathers = !log().isReplicated();
        // On one server a restart closed every socket. In a cluster a leader falls silent, or the server that passes a
        // client on is gone; the client hears nothing of that, and may not know it yet.
        long unheardMillis = log().isReplicated() ? (long) BEATS_UNHEARD * config.heartbeatMillis() : 0;
        sessions = new Sessions(config.graceMillis() + unheardMillis, config.sessionMemoryMillis());
        loads = new Loads(ground.resources.store());
        clients = new Clients(config, sessions, loads, incarnation, clock::millis);
        transients = new Transients(ground.resources.pool());
        dispatcher = new Dispatcher(machine, transients, config.policies(), clients);
        dispatcher.tick(nowMillis);
        clients.serve(dispatcher, machine);
        machine.effects(clients);
        batch = new Batch(ground.resources.pool(), log());
        fence = new Fence(batch, log().isReplicated());
        greetings = new Greetings(machine, sessions, clients, fence, new GreetingSide());
        room = new Room(ground.resources.store(), log(), machine);
        space = new LeadingSpace();
        frames = new FrameHandler(machine, dispatcher, clients, batch, space);
        for (Session session : machine.catalog().sessions()) {
            sessions.leave(session, nowMillis);
        }
    }

    private BatchLog log() {
        return ground.resources.log();
    }

    private ReplicatedMachine machine() {
        return ground.machine;
    }

    /** One turn; returns how much was done. {@code mayDrain}: whether anything may be taken from clients, and messages moved, with all their bytes. */
    int doWork(long turnMillis, boolean mayDrain) {
        nowMillis = turnMillis;
        clients.proposals().room(room.full(nowMillis) == null, mayDrain);
        int work = 0;
        if (mayDrain) {
            // What was delivered is logged before what its client says of it.
            propose();
            work += drainInbox();
        }
        work += timers();
        work += proposeAndApply(false);
        work += fence.open();
        dispatcher.tick(nowMillis);
        boolean dispatched = dispatcher.dispatch(nowMillis);
        if (dispatched) {
            unawaited.delivered();
        }
        clients.questions.answer(dispatcher, clients);
        boolean browsed = dispatcher.browsers().browse(nowMillis);
        if (dispatcher.takeLogFirst()) {
            // Before it is flushed: where this thread writes the log, it is durable then.
            if (gathers && !batch.hasRoom(0)) {
                work += proposeAndApply(true);
            }
            propose();
            drainMarks();
            work += proposeAndApply(gathers);
        }
        if (dispatcher.hasMarks() && marksDueMillis == Long.MAX_VALUE) {
            marksDueMillis = nowMillis + MARKS_MILLIS;
        }
        creditSenders();
        boolean mayPropose = clients.proposals().fitsIn(batch);
        return work + (dispatched || browsed ? 1 : 0) + (mayPropose ? 1 : 0);
    }

    /** Flushes, and tells senders of non-persistent messages that more are welcome, unless they are too far ahead. */
    private void creditSenders() {
        ShardConfig.Memory memory = ground.config.memory();
        long bytes = transients.bytes();
        boolean mayTake = bytes < 2 * memory.transientBytes();
        boolean filling = bytes > memory.transientBytes() / FILLING;
        Predicate<ClientConnection> welcome =
                connection -> mayTake && !(filling && connection.isTooFarAhead(nowMillis));
        clients.creditAgain(welcome);
        clients.flush(welcome);
    }

    /** When there is something to do though nothing comes in, by the log's clock. */
    long nextDueMillis() {
        // While that must wait for what is under way, the end of this brings the next turn.
        long due = mayTick() ? machine().nextDueMillis() : Long.MAX_VALUE;
        long next = Math.min(due, transients.nextDueMillis());
        next = Math.min(next, dispatcher.nextDueMillis());
        next = Math.min(next, Math.min(sessions.nextMillis(), marksDueMillis));
        if (clients.proposals().hasDeadLetters()) {
            next = Math.min(next, nowMillis + Room.CHECK_MILLIS);
        }
        return clients.oweCredit() ? Math.min(next, nowMillis + CREDIT_CHECK_MILLIS) : next;
    }

    /** Whether there is room for what clients say; when not, what is committed next makes some. */
    boolean takesMore() {
        return batch.takesMore() && !log().isOverfull() && !fence.isFull();
    }

    // ---- in ----

    private int drainInbox() {
        int entries = 0;
        while (entries < ENTRIES_PER_TURN && batch.hasRoom(0) && !log().isOverfull() && !fence.isFull()) {
            Inbound entry = ground.inbox.poll();
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
            greetings.hello(clients.add(hello.outlet(), hello.greeting()));
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
        gathering.excuse(connection.seat());
        clients.streams().drained(connection);
        connection.browsers().values().forEach(dispatcher.browsers()::close);
        sessions.hangUp(connection, nowMillis);
        Session session = connection.session();
        if (session != null && sessions.connection(session) == connection) {
            sessions.leave(session, nowMillis);
            frames.interrupted(session);
            dispatcher.away(session);
        }
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
                    proposeAndApply(true);
                    continue;
                }
                frames.of(connection, frameBytes);
                frameUnawaited = false;
                int before = batch.bytes();
                frameAdapter.read(frameView, Wire.LENGTH_BYTES, frames);
                came(connection, batch.bytes() - before);
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

    /** A frame was handled, and the batch has so many bytes more; fewer when it was proposed meanwhile. */
    private void came(ClientConnection connection, int bytes) {
        if (frameUnawaited) {
            unawaited.came(bytes, clock.nanos());
            gathering.excuse(connection.seat());
        } else if (gathers && bytes > 0) {
            gathering.came(connection.seat());
        }
    }

    // ---- the log ----

    private int timers() {
        int work = 0;
        if (sessions.nextMillis() <= nowMillis) {
            sessions.expire(nowMillis, this::detach, clients.proposals()::endSession);
            work++;
        }
        if (mayTick() && machine().nextDueMillis() <= nowMillis) {
            tickedIn = batch.number();
            batch.encoder().tick(DUE_PER_TICK);
            work++;
        }
        frames.listing().sample(nowMillis);
        propose();
        if (marksDueMillis <= nowMillis) {
            drainMarks();
        }
        return work;
    }

    /** One at a time: where the log is slow, the last one may not be applied yet. */
    private boolean mayTick() {
        return batch.isApplied(tickedIn) && batch.hasRoom(0);
    }

    @CanIgnoreReturnValue
    private boolean propose() {
        return clients.proposals().drainTo(batch);
    }

    /** The time to claim is over for a session that is away. */
    private void detach(Session session) {
        dispatcher.detach(session);
        if (machine().catalog().branches().stream().anyMatch(branch -> branch.worked(session.id()))) {
            clients.proposals().lose(session);
        }
    }

    /** {@code now}: also when enough is under way, since the batch has no room for what is to come. */
    @CanIgnoreReturnValue
    private int proposeAndApply(boolean now) {
        int applied = isLogFree() ? 0 : poll();
        if (!batch.isEmpty() && (now || (log().takesMore() && !waits()))) {
            int bytes = batch.bytes();
            drainMarks();
            // A turn that is long goes on reading what comes: delays count from no earlier than a message was sent.
            nowMillis = clock.millis();
            long nowNanos = clock.nanos();
            unawaited.proposed(bytes, nowNanos);
            gathering.proposed(nowNanos);
            batch.propose(nowMillis);
        }
        return applied + poll();
    }

    /** Whether a small batch waits: nobody waits for it, or it goes with what clients say that were just answered. */
    private boolean waits() {
        int bytes = batch.bytes();
        return batch.takesMore()
                && (unawaited.waits(bytes, clock.nanos())
                        || (gathers && gathering.waits(bytes, batch.isUnderWay(), clock.nanos())));
    }

    /** Whether a batch may go to the log now; if not, the end of one that is under way asks again. */
    private boolean isLogFree() {
        return log().takesMore() && !(gathers && batch.isUnderWay());
    }

    private int poll() {
        int count = log().poll(applying);
        if (count > 0) {
            gathering.answered(clock.nanos());
        }
        return count;
    }

    /** For how long a batch may still wait for more. */
    long gatheringNanos() {
        if (!isLogFree()) {
            return Long.MAX_VALUE;
        }
        long nowNanos = clock.nanos();
        return gathering.isWaiting() ? gathering.idleNanos(nowNanos) : unawaited.idleNanos(batch.bytes(), nowNanos);
    }

    private void drainMarks() {
        marksDueMillis = Long.MAX_VALUE;
        dispatcher.drainMarks((subscription, priority, sequence) -> {
            boolean room = batch.hasRoom(0);
            if (room) {
                batch.encoder().deliveredMark(subscription.id(), priority, sequence);
            }
            return room;
        });
    }

    private void apply(long index, long timestampMillis, Slab slab, int offset, int length) {
        ground.applying.committed(index, timestampMillis, slab, offset, length);
        batch.applied(slab);
    }

    // ---- the store ----

    /** A change set is in the store. */
    void committed() {
        dispatcher.committed();
    }

    /** The store has read something. */
    void loaded(RowStore.Load load) {
        if (!loads.ended(load)) {
            return;
        }
        if (load.asker instanceof Streams.Stream) {
            clients.streamed(load);
        } else {
            dispatcher.loaded(load);
        }
    }

    // ---- the end ----

    /** Answers what was taken, and tells clients why it ends. */
    void farewell(RefusalCode code, String text) {
        proposeAndApply(true);
        clients.flush(connection -> false);
        clients.closeAll(code, text);
    }

    /** Tells clients that something is broken: nothing more is answered. */
    void farewell(Throwable fault) {
        clients.closeAll(RefusalCode.INTERNAL, "the server failed: " + fault.getMessage());
    }

    /**
     * Another server leads: clients are told, and what was never in the log is gone. What was proposed and is not applied may come with the
     * log still; clients send it again in any case, and the numbers tell.
     */
    void end() {
        clients.closeAll(
                RefusalCode.SHUTTING_DOWN,
                "this server does not lead the shard any more; try again, here or elsewhere");
        machine().effects(MachineEffects.NONE);
        transients.close(machine().catalog());
        batch.close();
    }

    private final class GreetingSide implements Greetings.Side {
        @Override
        public void closed(ClientConnection before) {
            Leading.this.closed(before);
            before.outlet().close();
        }

        @Override
        public void open(ClientConnection connection) {
            Inbox.Greeting greeting = connection.greeting();
            String clientId = greeting.clientId();
            frames.takeOver(clientId);
            space.makeRoom(2L * clientId.length() * 4);
            clients.awaitSession(connection);
            batch.encoder().openSession(greeting.keyHigh(), greeting.keyLow(), clientId);
        }
    }

    private final class LeadingSpace implements FrameHandler.Space {
        @Override
        public Session.@Nullable Answer full() {
            return room.full(nowMillis);
        }

        @Override
        public long nowMillis() {
            return nowMillis;
        }

        @Override
        public void makeRoom(long bytes) {
            if (!batch.hasRoom((int) bytes)) {
                proposeAndApply(true);
            }
        }

        @Override
        public void asLeader(Runnable answer) {
            fence.pass(answer);
        }

        @Override
        public void unawaited() {
            frameUnawaited = true;
        }

        @Override
        public void proposeUnawaited() {
            if (isLogFree() && unawaited.waits(batch.bytes(), clock.nanos())) {
                proposeAndApply(true);
            }
        }

        @Override
        public void proposeAll() {
            while (!propose()) {
                proposeAndApply(true);
            }
        }

        @Override
        public boolean overflows(Address address, int priority) {
            return transients.overflows(
                    address, priority, ground.config.memory().transientBytes());
        }
    }
}
