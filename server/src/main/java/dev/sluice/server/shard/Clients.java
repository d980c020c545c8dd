package dev.sluice.server.shard;

import dev.sluice.server.core.Address;
import dev.sluice.server.core.Branch;
import dev.sluice.server.core.Browser;
import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.DispatcherEffects;
import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.MachineEffects;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Subscription;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.ServerFrameWriter;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.BrowsedEncoder;
import dev.sluice.wire.codec.DeliverEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients what the machine and the dispatcher did: it has no decision of its own. What is said is flushed once a turn, after the
 * batch is durable. Owner: the shard thread.
 */
final class Clients implements MachineEffects, DispatcherEffects {
    private final ServerFrameWriter writer = new ServerFrameWriter();
    private final List<ClientConnection> toFlush = new ArrayList<>();
    private final Set<ClientConnection> uncredited = new LinkedHashSet<>();
    private final Map<Key, ClientConnection> greeted = new HashMap<>();
    /** In the order they came. */
    private final Map<Long, ClientConnection> byOutlet = new LinkedHashMap<>();

    private final Proposals proposals = new Proposals();
    final Questions questions;
    private final Sessions sessions;
    private final ShardConfig config;
    private final Loads loads;
    private final Streams streams;
    private final long incarnation;
    private final LongSupplier clock;
    private @Nullable Dispatcher dispatcher;
    private @Nullable ReplicatedMachine machine;

    private record Key(long high, long low) {}

    /** {@code clock} is the log's: clients count from the time they are told. */
    Clients(ShardConfig config, Sessions sessions, Loads loads, long incarnation, LongSupplier clock) {
        this.clock = clock;
        this.config = config;
        this.sessions = sessions;
        this.loads = loads;
        this.incarnation = incarnation;
        this.streams = new Streams(loads);
        this.questions = new Questions(config.identity().shard());
    }

    void serve(Dispatcher newDispatcher, ReplicatedMachine newMachine) {
        dispatcher = newDispatcher;
        machine = newMachine;
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher);
    }

    Proposals proposals() {
        return proposals;
    }

    Streams streams() {
        return streams;
    }

    // ---- connections ----

    ClientConnection add(Outlet outlet, Inbox.Greeting greeting) {
        ClientConnection connection = new ClientConnection(outlet, greeting);
        byOutlet.put(outlet.id(), connection);
        return connection;
    }

    @Nullable ClientConnection of(Outlet outlet) {
        return byOutlet.get(outlet.id());
    }

    void remove(ClientConnection connection) {
        byOutlet.remove(connection.outlet().id(), connection);
        greeted.remove(keyOf(connection), connection);
        connection.closed();
    }

    void awaitSession(ClientConnection connection) {
        ClientConnection before = greeted.put(keyOf(connection), connection);
        if (before != null && before != connection) {
            before.outlet().close();
        }
    }

    private static Key keyOf(ClientConnection connection) {
        return new Key(connection.greeting().keyHigh(), connection.greeting().keyLow());
    }

    /** Refuses the connection and ends it. */
    void refuse(ClientConnection connection, RefusalCode code, String text) {
        say(connection).refusedFrame(0, code, 0, 0, text);
        connection.flush(writer, false);
        connection.outlet().close();
    }

    /** Points the writer at a connection, and has it flushed at the end of the turn. */
    ServerFrameWriter say(ClientConnection connection) {
        touch(connection);
        return connection.say(writer);
    }

    void confirmDue(ClientConnection connection) {
        connection.confirmDue();
        touch(connection);
    }

    void touch(ClientConnection connection) {
        if (connection.queueFlush()) {
            toFlush.add(connection);
        }
    }

    /** Hands over all that was said in this turn; {@code mayTake}: from whom more non-persistent messages are welcome. */
    void flush(Predicate<ClientConnection> mayTake) {
        for (int index = 0; index < toFlush.size(); index++) {
            ClientConnection connection = toFlush.get(index);
            connection.flush(writer, mayTake.test(connection));
            if (connection.isCreditDue()) {
                uncredited.add(connection);
            }
        }
        toFlush.clear();
    }

    /** Tells those from whom non-persistent messages are welcome again, and were not told yet. */
    void creditAgain(Predicate<ClientConnection> mayTake) {
        uncredited.removeIf(connection -> {
            boolean welcome = mayTake.test(connection);
            if (welcome) {
                touch(connection);
            }
            return welcome || connection.isClosed();
        });
    }

    /** Whether some were not told. */
    boolean oweCredit() {
        return !uncredited.isEmpty();
    }

    /** The end of a session is proposed. */
    void ending(Session session) {
        sessions.ending(session);
    }

    /** An address on two shards would be two: its client must not take one for the other, and is told where it lives when that is elsewhere. */
    boolean livesHere(ClientConnection connection, String name) {
        BucketMap buckets = config.identity().buckets().get();
        boolean here = buckets.shardOf(name) == config.identity().shard();
        if (!here) {
            say(connection).bucketsChangedFrame(buckets);
        }
        return here;
    }

    /** Names this run of the server. */
    long incarnation() {
        return incarnation;
    }

    /** Whether a session is there and connected. */
    boolean isConnected(long sessionId) {
        Session session = machine().catalog().session(sessionId);
        return session != null && sessions.connection(session) != null;
    }

    /** Whether the session's client is away, and does not wait for the answer to its Hello. */
    boolean isAway(Session session) {
        return sessions.isAway(session);
    }

    /** Tells every client why, and ends its connection. */
    void closeAll(RefusalCode code, String text) {
        new ArrayList<>(byOutlet.values()).forEach(connection -> refuse(connection, code, text));
    }

    // ---- what the machine did ----

    @Override
    public void sessionOpened(Session session) {
        ClientConnection connection = greeted.remove(new Key(session.keyHigh(), session.keyLow()));
        if (connection != null) {
            welcome(connection, session, false);
            return;
        }
        if (!sessions.isKnown(session)) {
            // Its connection is gone already: the session waits for it.
            sessions.leave(session, machine().nowMillis());
        }
    }

    private ReplicatedMachine machine() {
        return Objects.requireNonNull(machine);
    }

    void welcome(ClientConnection connection, Session session, boolean resumed) {
        connection.welcome(session);
        sessions.connect(session, connection);
        ShardConfig.Identity here = config.identity();
        ServerFrameWriter to = say(connection);
        to.end(to.welcome(here.server(), here.buckets().get())
                .protocolVersion(Wire.PROTOCOL_VERSION)
                .sessionId(session.id())
                .resumed((short) (resumed ? 1 : 0))
                .lastNumber(session.lastNumber())
                .serverTimeMillis(clock.getAsLong())
                .incarnation(incarnation)
                .frameBytesMax(Wire.FRAME_BYTES_MAX)
                .chunkBytesMax(Wire.CHUNK_BYTES_MAX)
                .windowCommands(config.windowCommands())
                .windowBytes(config.windowBytes())
                .heartbeatMillis(config.heartbeatMillis())
                .graceMillis(config.graceMillis())
                .clusterId(here.clusterId())
                .limit());
    }

    @Override
    public void sessionRefused(long keyHigh, long keyLow, RefusalCode code, String text) {
        ClientConnection connection = greeted.remove(new Key(keyHigh, keyLow));
        if (connection != null) {
            refuse(connection, code, text);
        }
    }

    @Override
    public void sessionEnded(Session session) {
        ClientConnection connection = sessions.connection(session);
        dispatcher().sessionEnded(session);
        sessions.forget(session);
        if (connection != null && !connection.isClosed()) {
            // Confirm the end itself, then close.
            connection.flush(writer, false);
            connection.outlet().close();
        }
    }

    @Override
    public void applied(Session session, long number) {
        ClientConnection connection = sessions.connection(session);
        if (connection != null) {
            confirmDue(connection);
        }
    }

    @Override
    public void created(Session session, long number, long id) {
        ClientConnection connection = sessions.connection(session);
        if (connection != null) {
            say(connection).createdFrame(number, id);
        }
    }

    @Override
    public void refused(Session session, long number, Session.Answer answer) {
        ClientConnection connection = sessions.connection(session);
        if (connection != null) {
            sayRefused(connection, number, answer);
        }
    }

    void sayRefused(ClientConnection connection, long number, Session.Answer answer) {
        RefusalCode code = Objects.requireNonNull(answer.code());
        say(connection).refusedFrame(number, code, answer.limit(), answer.value(), answer.text());
    }

    @Override
    public void appended(Address address, StoredMessage message) {
        dispatcher().appended(address);
    }

    @Override
    public void done(Subscription subscription, int code, long sequence) {
        dispatcher().done(subscription, code, sequence);
    }

    @Override
    public void taken(Branch branch, Subscription subscription, Runs runs) {
        dispatcher().takings().taken(branch, subscription, runs);
    }

    @Override
    public void notTaken(Session session, Subscription subscription, MachineCommands.Taking taking) {
        dispatcher().takings().notTaken(session, subscription, taking);
    }

    @Override
    public void untaken(Subscription subscription, Runs runs) {
        dispatcher().takings().untaken(subscription, runs);
    }

    @Override
    public void workEnded(Branch branch, boolean committed) {
        dispatcher().takings().workEnded(branch, committed);
    }

    @Override
    public void failed(Subscription subscription, int code, long sequence) {
        dispatcher().failed(subscription, code, sequence);
    }

    @Override
    public void returned(Session session, Subscription subscription, long consumerId, long epoch) {
        dispatcher().returned(session, consumerId, epoch);
    }

    @Override
    public void consumerOpened(Session session, long consumerId, Subscription subscription) {
        dispatcher().consumerOpened(session, consumerId, subscription);
    }

    @Override
    public void consumerClosed(Session session, long consumerId, Subscription subscription) {
        dispatcher().consumerClosed(session, consumerId, subscription);
    }

    @Override
    public void subscriptionAdded(Subscription subscription) {
        dispatcher().subscriptionAdded(subscription);
    }

    @Override
    public void subscriptionRemoved(Subscription subscription) {
        dispatcher().subscriptionRemoved(subscription);
    }

    @Override
    public void addressRemoved(Address address) {
        dispatcher().addressRemoved(address);
    }

    @Override
    public void expiryDue(Address address, int priority, long sequence) {
        dispatcher().expiryDue(address, priority, sequence);
    }

    // ---- what the dispatcher wants ----

    @Override
    public void deliver(Consumer consumer, StoredMessage message, int deliveryCount) {
        ClientConnection connection = Objects.requireNonNull(
                sessions.connection(consumer.session()), "a delivery to a session without a connection");
        connection.confirm(writer);
        ServerFrameWriter to = say(connection);
        boolean chunked = message.bodyNumber != 0;
        DeliverEncoder frame = to.deliver(message.length)
                .consumerId(consumer.id())
                .addressId(message.addressId)
                .sequence(message.sequence())
                .bodyBytes(message.bodyBytes)
                .epoch(consumer.epoch())
                .deliveryCount(deliveryCount)
                .priority((short) message.priority);
        frame.flags().clear().transientMessage(message.isTransient()).chunked(chunked);
        to.end(frame.putEnvelope(bytes(message), message.offset(), message.length)
                .limit());
        if (chunked) {
            streams.begin(consumer, connection, message);
        }
    }

    private static DirectBuffer bytes(StoredMessage message) {
        return Objects.requireNonNull(message.buffer());
    }

    @Override
    public void browsed(Browser browser, StoredMessage message, int deliveryCount) {
        ClientConnection connection = byOutlet.get(browser.connection());
        if (connection == null) {
            return;
        }
        ServerFrameWriter to = say(connection);
        BrowsedEncoder frame = to.browsed(message.length)
                .browserId(browser.id())
                .sequence(message.sequence())
                .bodyBytes(message.bodyBytes)
                .deliveryCount(deliveryCount)
                .priority((short) message.priority);
        boolean chunked = message.bodyNumber != 0;
        frame.flags().clear().transientMessage(message.isTransient()).chunked(chunked);
        to.end(frame.putEnvelope(bytes(message), message.offset(), message.length)
                .limit());
        if (chunked) {
            streams.begin(browser, connection, message);
        }
    }

    @Override
    public void browseEnd(Browser browser) {
        ClientConnection connection = byOutlet.get(browser.connection());
        if (connection != null) {
            connection.browsers().remove(browser.id());
            say(connection).browseEndFrame(browser.id(), null, "");
        }
    }

    @Override
    public void consumerEnded(Consumer consumer, RefusalCode code, String text) {
        ClientConnection connection = sessions.connection(consumer.session());
        if (connection != null) {
            say(connection).consumerClosedFrame(consumer.id(), code, text);
        }
    }

    @Override
    public void load(RowStore.Load load) {
        loads.begin(load);
    }

    @Override
    public void proposeExpire(Subscription subscription, Runs runs) {
        proposals.expire(subscription, runs);
    }

    @Override
    public void proposeFailures(Consumer consumer, Runs runs) {
        proposals.failures(consumer, runs);
    }

    @Override
    public void proposeHeard(Consumer consumer) {
        proposals.heard(consumer);
    }

    @Override
    public void propose(int runs, java.util.function.Consumer<MachineCommands> command) {
        proposals.add(runs, command);
    }

    @Override
    public void proposeDeadLetter(MachineCommands.DeadLetter letter) {
        proposals.deadLetter(letter);
    }

    @Override
    public DeadLetterRoom deadLetterRoom() {
        return proposals.deadLetterRoom();
    }

    @Override
    public boolean isBusy(Consumer consumer) {
        ClientConnection connection = sessions.connection(consumer.session());
        return connection == null || connection.isCongested() || streams.isStreaming(consumer);
    }

    @Override
    public boolean isBusy(Browser browser) {
        ClientConnection connection = byOutlet.get(browser.connection());
        return connection == null || connection.isCongested() || streams.isStreaming(browser);
    }

    /** Writes what the store read of large bodies. */
    void streamed(RowStore.Load load) {
        Streams.Stream stream = (Streams.Stream) load.asker;
        if (!streams.isAlive(stream, sessions)) {
            streams.end(stream);
            stream.cut();
            stream.resume(dispatcher());
            return;
        }
        DirectBuffer chunk = load.chunk;
        if (chunk == null) {
            interrupted(stream, load);
            return;
        }
        ServerFrameWriter to = say(stream.connection());
        var frame = to.deliverChunk(chunk.capacity())
                .consumerId(stream.receiverId())
                .sequence(stream.message().sequence())
                .bodyOffset(load.from)
                .epoch(stream.epoch())
                .priority((short) stream.message().priority);
        frame.flags().clear();
        to.end(frame.putData(chunk, 0, chunk.capacity()).limit());
        if (streams.advance(stream, chunk.capacity())) {
            stream.resume(dispatcher());
        }
    }

    /** A browser holds nothing: its message may be consumed while it is shown. */
    private void interrupted(Streams.Stream stream, RowStore.Load load) {
        if (!(stream.receiver() instanceof Browser browser)) {
            throw new IllegalStateException("byte " + load.from + " of body " + load.major
                    + " is missing in the store, and its message is held");
        }
        streams.end(stream);
        dispatcher().browsers().close(browser);
        stream.connection().browsers().remove(browser.id());
        say(stream.connection())
                .browseEndFrame(
                        browser.id(),
                        RefusalCode.INTERNAL,
                        "message " + stream.message().sequence() + " was consumed while it was shown; browse again");
    }
}
