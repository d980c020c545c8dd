package dev.sluice.server.shard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.core.Address;
import dev.sluice.server.core.BroughtPolicy;
import dev.sluice.server.core.Browser;
import dev.sluice.server.core.Claims;
import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.Lane;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Publication;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Xid;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.server.selector.Selector;
import dev.sluice.server.selector.SelectorException;
import dev.sluice.wire.Buckets;
import dev.sluice.wire.ClientFrames;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AcknowledgeDecoder;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.ChunkDecoder;
import dev.sluice.wire.codec.ClientHeartbeatDecoder;
import dev.sluice.wire.codec.CloseBrowserDecoder;
import dev.sluice.wire.codec.CloseConsumerDecoder;
import dev.sluice.wire.codec.CloseSessionDecoder;
import dev.sluice.wire.codec.CreateAddressDecoder;
import dev.sluice.wire.codec.CreditBrowserDecoder;
import dev.sluice.wire.codec.CreditDecoder;
import dev.sluice.wire.codec.DeleteAddressDecoder;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.ListDestinationsDecoder;
import dev.sluice.wire.codec.ListTransactionsDecoder;
import dev.sluice.wire.codec.OpenBrowserDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.PurgeDecoder;
import dev.sluice.wire.codec.ReattachDecoder;
import dev.sluice.wire.codec.ReturnDecoder;
import dev.sluice.wire.codec.SetClientIdDecoder;
import dev.sluice.wire.codec.TakeDecoder;
import dev.sluice.wire.codec.TransactDecoder;
import dev.sluice.wire.codec.TransactKind;
import dev.sluice.wire.codec.UnsubscribeDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients ask for: numbered commands go into the batch, the rest goes to the dispatcher. The agent sets the connection, and sees to
 * it that the batch has room for the command of the frame. Owner: the shard thread.
 */
final class FrameHandler implements ClientFrames {
    /** Added to any time of today, it is still a time; for ever, to all who ask for so long. */
    private static final long DURATION_MILLIS_MAX = Long.MAX_VALUE / 2;

    private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

    private final ReplicatedMachine machine;
    private final Dispatcher dispatcher;
    private final Clients clients;
    private final CommandEncoder batch;
    private final Space space;
    private final Listing listing;
    private final Purge purge;
    private final Publication publication = new Publication();
    private final Runs persistent = new Runs();
    private final Runs transientRuns = new Runs();
    private final Map<Consumer, Claims> claims = new HashMap<>();
    private @Nullable ClientConnection connection;
    private int frameBytes;

    /** What the handler needs of the agent. */
    interface Space {
        /** Why nothing that takes space may be logged now, or null. */
        Session.@Nullable Answer full();

        /** The time of the log's clock. */
        long nowMillis();

        /** Proposes the batch as it is unless a command of {@code bytes} has room in it. */
        void makeRoom(long bytes);

        /** Runs it when this server is known to lead, and its rows not to be of before another one did: see {@link Fence}. */
        void asLeader(Runnable answer);

        /** Nobody waits for the command of this frame. */
        void unawaited();

        /** Proposes the batch if it waits since nobody waits for it: who asks now is to see what it says. */
        void proposeUnawaited();

        /** Puts all that the server itself wants in the log into the batch, and proposes that as often as it is full. */
        void proposeAll();

        /** Whether non-persistent messages of this address go to the disk now. */
        boolean overflows(Address address, int priority);
    }

    FrameHandler(ReplicatedMachine machine, Dispatcher dispatcher, Clients clients, Batch batch, Space space) {
        this.machine = machine;
        this.dispatcher = dispatcher;
        this.clients = clients;
        this.batch = batch.encoder();
        this.space = space;
        this.listing = new Listing(machine, dispatcher, clients);
        this.purge = new Purge(machine, dispatcher, this.batch, space);
    }

    Listing listing() {
        return listing;
    }

    /** The next frame is of this connection and so long. */
    void of(ClientConnection newConnection, int bytes) {
        connection = newConnection;
        frameBytes = bytes;
    }

    private ClientConnection connection() {
        return Objects.requireNonNull(connection);
    }

    @CanIgnoreReturnValue
    private Session session() {
        Session session = connection().session();
        if (session == null) {
            throw new FrameException("a frame came before Welcome");
        }
        return session;
    }

    /** Whether the command is the session's next one. A repeat is answered as the first time, a gap is refused. */
    private boolean isNext(long number) {
        ClientConnection from = connection();
        Session session = session();
        if (from.hasSessionEnded() && number > from.proposedNumber()) {
            throw new FrameException("a command after CloseSession");
        }
        if (number <= from.proposedNumber() + 1) {
            from.heard(number);
        }
        if (number == from.proposedNumber() + 1) {
            from.proposed(number);
            return true;
        }
        if (number > from.proposedNumber()) {
            clients.say(from)
                    .refusedFrame(
                            number,
                            RefusalCode.NUMBER_GAP,
                            from.proposedNumber(),
                            number,
                            "the next command is missing");
            return false;
        }
        Session.Answer answer = session.answer(number);
        if (answer != null && answer.code() == null) {
            clients.say(from).createdFrame(number, answer.value());
        } else if (answer != null) {
            clients.sayRefused(from, number, answer);
        }
        clients.confirmDue(from);
        return false;
    }

    /** As {@link #isNext}, for what takes space: refused when there is none. */
    private boolean isNextWithSpace(long number, MachineCommands.Dropped ifRefused) {
        if (!isNext(number)) {
            return false;
        }
        Session.Answer full = space.full();
        if (full != null) {
            batch.refuse(session().id(), number, ifRefused, full);
            return false;
        }
        return true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void hello(HelloDecoder frame) {
        throw new FrameException("a second Hello");
    }

    @Override
    public void setClientId(SetClientIdDecoder frame) {
        if (!isNext(frame.number())) {
            return;
        }
        byte[] name = new byte[frame.clientIdLength()];
        frame.getClientId(name, 0, name.length);
        takeOver(text(name));
        batch.setClientId(session().id(), frame.number(), text(name));
    }

    /** When the client that has this identifier is away, who comes with the same takes its place. */
    void takeOver(String clientId) {
        Session holder = clientId.isEmpty() ? null : machine.catalog().sessionOf(clientId);
        if (holder != null && clients.isAway(holder)) {
            clients.ending(holder);
            // It may have died of what it was sent: that counts as delivered.
            dispatcher.detach(holder);
            clients.proposals().endSession(holder);
            space.proposeAll();
        }
    }

    @Override
    public void createAddress(CreateAddressDecoder frame) {
        if (!isNext(frame.number())) {
            return;
        }
        boolean topic = frame.kind() == AddressKind.TOPIC;
        boolean temporary = frame.flags().temporary();
        boolean mustExist = frame.flags().mustExist();
        byte[] bytes = new byte[frame.nameLength()];
        frame.getName(bytes, 0, bytes.length);
        String name = text(bytes);
        if (!clients.livesHere(connection(), name)) {
            refuse(frame.number(), RefusalCode.WRONG_SHARD, 0);
            return;
        }
        Address known = machine.catalog().address(topic, name);
        if (known != null) {
            connection().names(frame.number(), known.id());
        }
        if (temporary && Buckets.isDeadLetterQueue(name)) {
            throw new FrameException("CreateAddress of \"" + name + "\": what begins with " + Buckets.DEAD_LETTER_PREFIX
                    + " is kept, and cannot be temporary");
        }
        batch.createAddress(
                session().id(), frame.number(), new MachineCommands.NewAddress(topic, name, temporary, mustExist));
    }

    @Override
    public void deleteAddress(DeleteAddressDecoder frame) {
        if (isNext(frame.number())) {
            batch.deleteAddress(session().id(), frame.number(), frame.addressId());
        }
    }

    @Override
    public void publish(PublishDecoder frame) {
        long number = frame.number();
        long transactionId = frame.transactionId();
        if (number == 0 && transactionId != 0) {
            throw new FrameException("Publish within a transaction and without a number");
        }
        var dropped = new MachineCommands.Dropped(frame.flags().staged() ? frame.stageId() : 0, transactionId);
        if (number != 0 && !isNextWithSpace(number, dropped)) {
            return;
        }
        long addressId = frame.addressId() == 0 ? connection().namedBy(number - 1) : frame.addressId();
        if (number != 0 && addressId == 0) {
            refuse(number, dropped, RefusalCode.DESTINATION_UNKNOWN, number - 1);
            return;
        }
        if (frame.priority() > 9) {
            throw new FrameException("Publish with priority " + frame.priority() + ": the highest is 9");
        }
        publication.sessionId = session().id();
        publication.number = number;
        publication.addressId = addressId;
        publication.timeToLiveMillis = duration(frame.timeToLiveMillis());
        publication.delayMillis = duration(frame.delayMillis());
        publication.stageId = frame.stageId();
        publication.transactionId = transactionId;
        publication.priority = frame.priority();
        publication.staged = frame.flags().staged();
        publication.length = frame.envelopeLength();
        publication.offset = frame.limit() + PublishDecoder.envelopeHeaderLength();
        publication.buffer = frame.buffer();
        publication.slab = null;
        if (number != 0) {
            batch.publish(publication);
        } else {
            publishTransient();
        }
    }

    private static long duration(long millis) {
        return Math.min(Math.max(0, millis), DURATION_MILLIS_MAX);
    }

    private void publishTransient() {
        connection().taken(frameBytes);
        clients.touch(connection());
        Address address = machine.catalog().address(publication.addressId);
        if (address == null) {
            return;
        }
        if (publication.staged) {
            address.overflowProposed();
            batch.publish(publication);
        } else if (space.full() == null && space.overflows(address, publication.priority)) {
            batch.publish(publication);
        } else {
            dispatcher.publishTransient(address, session(), publication, space.nowMillis());
            connection().sentTo(address.lane(publication.priority | Lane.TRANSIENT));
        }
    }

    @Override
    public void chunk(ChunkDecoder frame) {
        if (frame.number() == 0) {
            connection().taken(frameBytes);
            clients.touch(connection());
            Session.Answer full = space.full();
            if (full != null) {
                batch.refuse(session().id(), 0, new MachineCommands.Dropped(frame.stageId(), 0), full);
                return;
            }
        } else if (!isNextWithSpace(frame.number(), new MachineCommands.Dropped(frame.stageId(), 0))) {
            return;
        }
        DirectBuffer buffer = frame.buffer();
        int length = frame.dataLength();
        int offset = frame.limit() + ChunkDecoder.dataHeaderLength();
        batch.chunk(
                session().id(),
                frame.number(),
                new MachineCommands.Chunk(frame.stageId(), frame.bodyOffset(), buffer, offset, length, null));
    }

    @Override
    public void openConsumer(OpenConsumerDecoder frame) {
        if (!isNext(frame.number())) {
            return;
        }
        boolean noLocal = frame.flags().noLocal();
        byte[] subscription = new byte[frame.subscriptionLength()];
        frame.getSubscription(subscription, 0, subscription.length);
        byte[] selector = new byte[frame.selectorLength()];
        frame.getSelector(selector, 0, selector.length);
        batch.openConsumer(
                session().id(),
                frame.number(),
                new MachineCommands.NewConsumer(
                        frame.consumerId(),
                        frame.addressId(),
                        frame.kind(),
                        noLocal,
                        text(subscription),
                        text(selector),
                        policy(frame)));
    }

    private static BroughtPolicy policy(OpenConsumerDecoder frame) {
        return new BroughtPolicy(
                frame.redeliveryLimit(),
                frame.redeliveryDelayMillis(),
                frame.redeliveryDelayGrowth(),
                frame.redeliveryDelayMillisMax());
    }

    @Override
    public void reattach(ReattachDecoder frame) {
        long consumerId = frame.consumerId();
        long epoch = frame.epoch();
        boolean more = frame.more() != 0;
        Consumer consumer = dispatcher.consumer(session(), consumerId);
        if (consumer == null) {
            clients.say(connection())
                    .consumerClosedFrame(
                            consumerId, RefusalCode.CONSUMER_UNKNOWN, "the consumer is not known any more");
            return;
        }
        Claims claimed = claims.computeIfAbsent(consumer, unused -> new Claims());
        persistent.clear();
        for (ReattachDecoder.HeldDecoder range : frame.held()) {
            int lane = lane(range.priority(), range.flags().transientMessage());
            long first = range.firstSequence();
            int count = (int) range.runLength();
            if (range.flags().settled()) {
                claimed.received(lane, first + count - 1);
            } else {
                persistent.add(lane, first, count);
            }
        }
        checkMessages(persistent);
        for (int run = 0; run < persistent.size(); run++) {
            claimed.hold(persistent.lane(run), persistent.first(run), persistent.count(run));
        }
        if (!more) {
            claims.remove(consumer);
            boolean granted = dispatcher.reattach(session(), consumerId, epoch, claimed);
            clients.say(connection()).reattachedFrame(consumerId, epoch, granted);
        }
    }

    private static int lane(int priority, boolean transientMessage) {
        if (priority > 9) {
            throw new FrameException("a range with priority " + priority + ": the highest is 9");
        }
        return transientMessage ? priority | Lane.TRANSIENT : priority;
    }

    private static void checkMessages(Runs runs) {
        for (int run = 0; run < runs.size(); run++) {
            if (runs.count(run) < 0 || runs.first(run) < 0) {
                throw new FrameException("a range of " + runs.count(run) + " messages from " + runs.first(run));
            }
        }
        if (runs.messages() > Wire.RANGE_MESSAGES_MAX) {
            throw new FrameException(
                    "ranges of " + runs.messages() + " messages in one frame; the limit is " + Wire.RANGE_MESSAGES_MAX);
        }
    }

    /** Sorts a range of a frame to the persistent or the non-persistent ones. */
    private void sort(int priority, boolean transientMessage, long first, long count) {
        if (count > Wire.RANGE_MESSAGES_MAX) {
            throw new FrameException("a range of " + count + " messages; the limit is " + Wire.RANGE_MESSAGES_MAX);
        }
        Runs runs = transientMessage ? transientRuns : persistent;
        runs.add(lane(priority, transientMessage), first, (int) count);
    }

    /** The session's socket is gone: what it had begun to claim, it claims again. */
    void interrupted(Session session) {
        claims.keySet().removeIf(consumer -> consumer.session() == session);
    }

    @Override
    public void closeConsumer(CloseConsumerDecoder frame) {
        long number = frame.number();
        long consumerId = frame.consumerId();
        if (!isNext(number)) {
            return;
        }
        Runs retained = new Runs();
        for (CloseConsumerDecoder.RetainedDecoder range : frame.retained()) {
            retained.add(lane(range.priority(), range.flags().transientMessage()), range.firstSequence(), (int)
                    range.runLength());
        }
        checkMessages(retained);
        dispatcher.closing(session(), consumerId, retained);
        batch.closeConsumer(session().id(), number, consumerId);
    }

    @Override
    public void acknowledge(AcknowledgeDecoder frame) {
        long number = frame.number();
        long consumerId = frame.consumerId();
        if (number != 0 && !isNext(number)) {
            return;
        }
        persistent.clear();
        transientRuns.clear();
        boolean awaited = false;
        for (AcknowledgeDecoder.RangesDecoder range : frame.ranges()) {
            awaited |= !range.flags().unawaited();
            sort(range.priority(), range.flags().transientMessage(), range.firstSequence(), range.runLength());
        }
        checkMessages(persistent);
        checkMessages(transientRuns);
        Consumer consumer = dispatcher.consumer(session(), consumerId);
        if (consumer != null) {
            for (int run = 0; run < transientRuns.size(); run++) {
                long end = transientRuns.first(run) + transientRuns.count(run);
                for (long at = transientRuns.first(run); at < end; at++) {
                    dispatcher.acknowledgeTransient(consumer.subscription(), transientRuns.lane(run), at);
                }
            }
        }
        // What went to others since its client was away for too long is not acknowledged: they may be at it.
        boolean unheld = (consumer == null || consumer.isLost()) && !persistent.isEmpty();
        if (number != 0 && unheld) {
            // Its client must not believe that it is settled.
            refuse(number, RefusalCode.CONSUMER_UNKNOWN, consumerId);
        } else if (number != 0) {
            if (consumer != null) {
                if (!awaited && !consumer.isWaitedFor(persistent)) {
                    space.unawaited();
                }
                dispatcher.acknowledging(consumer, persistent);
            }
            long subscriptionId = consumer == null ? 0 : consumer.subscription().id();
            batch.acknowledge(session().id(), number, subscriptionId, persistent);
        }
    }

    @Override
    public void take(TakeDecoder frame) {
        long number = frame.number();
        long consumerId = frame.consumerId();
        long transactionId = frame.transactionId();
        boolean sameIncarnation = frame.incarnation() == clients.incarnation();
        if (!isNext(number)) {
            return;
        }
        persistent.clear();
        transientRuns.clear();
        for (TakeDecoder.RangesDecoder range : frame.ranges()) {
            sort(range.priority(), range.flags().transientMessage(), range.firstSequence(), range.runLength());
        }
        for (int run = 0; sameIncarnation && run < transientRuns.size(); run++) {
            persistent.add(transientRuns.lane(run), transientRuns.first(run), transientRuns.count(run));
        }
        checkMessages(persistent);
        Consumer consumer = dispatcher.consumer(session(), consumerId);
        boolean held = false;
        if (consumer != null && dispatcher.takings().mayTake(consumer, persistent)) {
            held = true;
            dispatcher.acknowledging(consumer, persistent);
        }
        long subscriptionId = consumer == null ? 0 : consumer.subscription().id();
        batch.take(
                session().id(),
                number,
                new MachineCommands.Taking(transactionId, consumerId, subscriptionId, held, persistent));
    }

    @Override
    public void transact(TransactDecoder frame) {
        if (!isNext(frame.number())) {
            return;
        }
        TransactKind kind = frame.kind();
        int formatId = frame.formatId();
        byte[] global = new byte[frame.globalTransactionIdLength()];
        frame.getGlobalTransactionId(global, 0, global.length);
        byte[] branch = new byte[frame.branchQualifierLength()];
        frame.getBranchQualifier(branch, 0, branch.length);
        Xid xid = global.length == 0 ? null : Xid.of(formatId, global, branch);
        if (kind == TransactKind.HEURISTIC_COMMIT || kind == TransactKind.HEURISTIC_ROLLBACK) {
            LOG.warn(
                    "transaction={} asked={} session={}: a person decides in place of the transaction manager",
                    formatId + ":" + HexFormat.of().formatHex(global) + ":"
                            + HexFormat.of().formatHex(branch),
                    kind,
                    session().id());
        }
        long timeoutMillis = duration(frame.timeoutMillis());
        var what = new MachineCommands.Transact(kind, frame.transactionId(), xid, timeoutMillis, frame.parts());
        batch.transact(session().id(), frame.number(), what);
    }

    @Override
    public void listTransactions(ListTransactionsDecoder frame) {
        session();
        listing.transactions(frame, connection(), space);
    }

    private void refuse(long number, RefusalCode code, long value) {
        refuse(number, MachineCommands.Dropped.NOTHING, code, value);
    }

    private void refuse(long number, MachineCommands.Dropped dropped, RefusalCode code, long value) {
        batch.refuse(session().id(), number, dropped, new Session.Answer(code, 0, value, ""));
    }

    @Override
    public void giveBack(ReturnDecoder frame) {
        long number = frame.number();
        long consumerId = frame.consumerId();
        long epoch = frame.epoch();
        if (number != 0 && !isNext(number)) {
            return;
        }
        persistent.clear();
        transientRuns.clear();
        for (ReturnDecoder.FailedDecoder range : frame.failed()) {
            sort(range.priority(), range.flags().transientMessage(), range.firstSequence(), range.runLength());
        }
        checkMessages(persistent);
        checkMessages(transientRuns);
        Consumer consumer = dispatcher.consumer(session(), consumerId);
        if (consumer != null) {
            for (int run = 0; run < transientRuns.size(); run++) {
                long end = transientRuns.first(run) + transientRuns.count(run);
                for (long at = transientRuns.first(run); at < end; at++) {
                    dispatcher.failTransient(consumer.subscription(), transientRuns.lane(run), at);
                }
            }
        }
        if (number == 0) {
            dispatcher.returned(session(), consumerId, epoch);
            return;
        }
        long subscriptionId = consumer == null ? 0 : consumer.subscription().id();
        batch.giveBack(
                session().id(), number, new MachineCommands.Returned(subscriptionId, consumerId, epoch, persistent));
    }

    @Override
    public void credit(CreditDecoder frame) {
        dispatcher.credit(session(), frame.consumerId(), frame.epoch(), frame.total());
    }

    @Override
    public void unsubscribe(UnsubscribeDecoder frame) {
        if (!isNext(frame.number())) {
            return;
        }
        byte[] name = new byte[frame.subscriptionLength()];
        frame.getSubscription(name, 0, name.length);
        batch.unsubscribe(session().id(), frame.number(), text(name));
    }

    @Override
    public void openBrowser(OpenBrowserDecoder frame) {
        session();
        // First: it may apply what ends an address.
        space.proposeUnawaited();
        long browserId = frame.browserId();
        long total = frame.total();
        Address address = machine.catalog().address(frame.addressId());
        byte[] selector = new byte[frame.selectorLength()];
        frame.getSelector(selector, 0, selector.length);
        if (address == null || address.isTopic()) {
            clients.questions.ask(connection(), frame.addressId(), browserId, clients);
            return;
        }
        try {
            Browser browser = dispatcher.browse(
                    connection().outlet().id(),
                    browserId,
                    address.subscriptions().get(0),
                    Selector.parse(text(selector)));
            Browser before = connection().browsers().put(browserId, browser);
            if (before != null) {
                dispatcher.browsers().close(before);
            }
            dispatcher.browsers().credit(browser, total);
        } catch (SelectorException fault) {
            clients.say(connection())
                    .browseEndFrame(browserId, RefusalCode.SELECTOR, String.valueOf(fault.getMessage()));
        }
    }

    @Override
    public void creditBrowser(CreditBrowserDecoder frame) {
        Browser browser = connection().browsers().get(frame.browserId());
        if (browser != null) {
            dispatcher.browsers().credit(browser, frame.total());
        }
    }

    @Override
    public void closeBrowser(CloseBrowserDecoder frame) {
        Browser browser = connection().browsers().remove(frame.browserId());
        if (browser != null) {
            dispatcher.browsers().close(browser);
        }
    }

    @Override
    public void clientHeartbeat(ClientHeartbeatDecoder frame) {
        Session session = connection().session();
        if (session != null && session.hasAnswers(frame.confirmedThrough())) {
            batch.forgetAnswers(session.id(), frame.confirmedThrough());
        }
    }

    @Override
    public void closeSession(CloseSessionDecoder frame) {
        if (isNext(frame.number())) {
            connection().sessionEnds();
            batch.endSession(session().id(), frame.number());
        }
    }

    @Override
    public void listDestinations(ListDestinationsDecoder frame) {
        session();
        space.proposeUnawaited();
        long requestId = frame.requestId();
        byte[] filter = new byte[frame.filterLength()];
        frame.getFilter(filter, 0, filter.length);
        listing.list(text(filter), requestId, () -> clients.say(connection()));
    }

    @Override
    public void purge(PurgeDecoder frame) {
        long number = frame.number();
        long addressId = frame.addressId();
        if (!isNext(number)) {
            return;
        }
        Address address = machine.catalog().address(addressId);
        long removed = address == null ? 0 : purge.purge(address);
        clients.say(connection()).purgedFrame(number, removed);
        persistent.clear();
        space.makeRoom(CommandEncoder.bytesFor(0, 0));
        batch.purge(session().id(), number, addressId, true, persistent);
    }
}
