package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.base.SerialTasks;
import dev.sluice.jms.ConsumerCore.Incoming;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.session.Handed;
import dev.sluice.session.Prefetch;
import dev.sluice.session.Unsettled;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consuming side of one session, where its threads meet: the link brings messages, one thread at a time takes them (in
 * {@code receive}, or the session's own thread for listeners), and any thread may stop or close. The monitor guards the state; the
 * link and the application are called outside of it.
 */
final class SessionCore {
    /** As long as a close waits for the server's answers, which only say that all is tidy, and for what the end of the link sets free. */
    static final long CLOSE_MILLIS = 10_000;

    /** How often it is looked at whether the server is away. */
    static final long AWAY_CHECK_MILLIS = 100;

    /** How often a wait looks again whether messages may be handed out: that ends with time, without a call. */
    private static final long CLAIM_CHECK_NANOS = Monitor.nanosOf(50);

    /** As long as receiveNoWait waits to hear from the server that nothing is there. */
    private static final long BARRIER_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(SessionCore.class);

    private enum State {
        OPEN,
        /** The connection closes: nothing new is handed over, but to listeners that still run. */
        ENDING,
        CLOSING,
        CLOSED
    }

    final Settling settling;
    final SerialTasks completions;

    private final Monitor monitor = new Monitor();
    private final ClassicConnection connection;
    private final Link link;
    private final String name;
    private final boolean local;
    private final @Nullable Transacting transacting;
    private final SessionConsumers consumers = new SessionConsumers();

    private final Turn turn = new Turn();
    private State state = State.OPEN;
    private boolean started;
    private @Nullable LinkException failure;

    /** A message that was taken: just as it came, or one that was opened before. */
    private record Taken(
            Handed handed,
            @Nullable Delivery delivery,
            @Nullable Incoming opened) {}

    /** {@code xa}: a session that may work for branches of global transactions; outside of them it is as {@code mode} says. */
    SessionCore(ClassicConnection connection, int mode, boolean xa, long number) {
        this.connection = connection;
        this.link = connection.link();
        this.name = "sluice-session-" + number;
        this.completions = new SerialTasks("sluice-completion-" + number);
        this.local = mode == Session.SESSION_TRANSACTED;
        this.settling = new Settling(
                monitor,
                link,
                mode,
                connection.options().strictAcknowledge(),
                () -> work() != null,
                consumers::haveNext);
        this.transacting = local || xa ? new Transacting(connection, this, local) : null;
    }

    /** What the session works for now; null outside of a transaction. */
    @Nullable Work work() {
        return transacting == null ? null : transacting.current();
    }

    /** Whether what the calling thread does now would be done at once, though it takes it for a part of its transaction. */
    boolean isShutOut() {
        return transacting != null && transacting.isShutOut();
    }

    /** How it is in transactions; null when it never is. */
    @Nullable Transacting transacting() {
        return transacting;
    }

    // ---- what the link brings, within its turns

    void arrived(ConsumerCore consumer, Delivery delivery) {
        boolean kept;
        monitor.enter();
        try {
            kept = !consumer.closed && state != State.CLOSED && consumer.prefetch.arrived(delivery);
            if (kept) {
                consumers.changed(consumer);
                monitor.changed();
            }
        } finally {
            monitor.leave();
        }
        if (!kept) {
            ConsumerCore.release(delivery);
        }
    }

    void claimsLost(ConsumerCore consumer, long epoch) {
        List<Delivery> dropped;
        monitor.enter();
        try {
            dropped = consumer.prefetch.claimsLost(epoch);
            consumer.undone = null;
            settling.forget(consumer.id, epoch, transacting == null ? null : turn.received);
        } finally {
            monitor.leave();
        }
        dropped.forEach(ConsumerCore::release);
        grant(consumer);
    }

    void ended(ConsumerCore consumer, LinkException reason) {
        boolean report;
        monitor.enter();
        try {
            consumer.failure = reason;
            report = !consumer.closed && consumer.listener != null;
            monitor.changed();
        } finally {
            monitor.leave();
        }
        if (report) {
            connection.report(JmsErrors.of(reason));
        }
    }

    void failed(LinkException reason) {
        monitor.enter();
        try {
            failure = reason;
            monitor.changed();
        } finally {
            monitor.leave();
        }
        completions.retire();
    }

    /** The link is back: messages may be handed out again. */
    void resumed() {
        monitor.enter();
        try {
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    // ---- start, stop, state

    void checkOpen() throws IllegalStateException {
        State now;
        boolean user;
        monitor.enter();
        try {
            now = state;
            user = isUser();
        } finally {
            monitor.leave();
        }
        // A listener that still runs keeps the services of its session, and of its connection while that closes.
        boolean served = now == State.OPEN
                || (user && now != State.CLOSED)
                || (now == State.ENDING && connection.isInListener());
        if (!served) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private boolean isEnding() {
        monitor.enter();
        try {
            return state == State.ENDING;
        } finally {
            monitor.leave();
        }
    }

    private boolean isUser() {
        return turn.listening == Thread.currentThread() || turn.receiver == Thread.currentThread();
    }

    void start() {
        List<ConsumerCore> waiting;
        monitor.enter();
        try {
            started = true;
            monitor.changed();
            waiting = consumers.open().stream().filter(one -> one.open).toList();
        } finally {
            monitor.leave();
        }
        waiting.forEach(this::grant);
    }

    /** Returns when nothing is being handed over or processed. */
    void stop() {
        monitor.enter();
        try {
            started = false;
            while (!isUser() && (turn.received != null || turn.dispatching != null)) {
                monitor.awaitQuietly();
            }
        } finally {
            monitor.leave();
        }
    }

    /** Whether the caller is a message listener of this session. */
    boolean isInListener() {
        monitor.enter();
        try {
            return turn.isInListener(Thread.currentThread());
        } finally {
            monitor.leave();
        }
    }

    /** Refuses what neither a message listener nor a completion listener of this session may do. */
    void refuseInCallback(String what) throws IllegalStateException {
        if (isInListener()) {
            throw new IllegalStateException(
                    what + " was called by a message listener of its own; it would wait for itself");
        }
        refuseInCompletion(what);
    }

    /** Refuses what a completion listener of this session may not do. */
    void refuseInCompletion(String what) throws IllegalStateException {
        if (completions.isCurrentThread()) {
            throw new IllegalStateException(
                    what + " was called by a completion listener of its own; it would wait for itself");
        }
    }

    // ---- consumers

    ConsumerCore add(ConsumerCore consumer) {
        monitor.enter();
        try {
            consumers.add(consumer);
        } finally {
            monitor.leave();
        }
        return consumer;
    }

    /** Takes back a consumer that could not be opened. */
    void discard(ConsumerCore consumer) {
        monitor.enter();
        try {
            boolean ignored = consumers.remove(consumer);
            consumer.closed = true;
        } finally {
            monitor.leave();
        }
    }

    /** Grants a consumer, which the link knows, the credit that is due. */
    void grant(ConsumerCore consumer) {
        long total;
        long epoch;
        monitor.enter();
        try {
            consumer.open = true;
            // While it is stopped, what it cannot hand over is for other consumers.
            total = started && !consumer.closed ? consumer.prefetch.creditDue() : Prefetch.NO_CREDIT;
            epoch = consumer.prefetch.epoch();
        } finally {
            monitor.leave();
        }
        if (total != Prefetch.NO_CREDIT) {
            link.credit(consumer.id, epoch, total);
        }
    }

    @Nullable MessageListener listener(ConsumerCore consumer) throws IllegalStateException {
        checkOpen(consumer);
        monitor.enter();
        try {
            return consumer.listener;
        } finally {
            monitor.leave();
        }
    }

    void listen(ConsumerCore consumer, @Nullable MessageListener listener) throws IllegalStateException {
        checkOpen(consumer);
        monitor.enter();
        try {
            if (turn.receivingFrom == consumer) {
                throw new IllegalStateException("a thread waits in receive of this consumer; it cannot get a listener");
            }
            consumer.listener = listener;
            consumers.changed(consumer);
            if (listener != null && turn.listening == null) {
                Thread thread = new Thread(this::listen, name);
                thread.setDaemon(true);
                turn.listening = thread;
                thread.start();
            }
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    void checkOpen(ConsumerCore consumer) throws IllegalStateException {
        checkOpen();
        monitor.enter();
        try {
            if (consumer.closed) {
                throw new IllegalStateException("the consumer is closed");
            }
        } finally {
            monitor.leave();
        }
    }

    // ---- receive

    /** Waits up to {@code nanos} for a message and settles it as the mode says; null when there is none, or the consumer is closed. */
    @Nullable Message receive(ConsumerCore consumer, long nanos) throws JMSException {
        return receive(consumer, nanos, message -> message);
    }

    /** As {@link #receive(ConsumerCore, long)}; a message that {@code reading} refuses is as if it had not been received. */
    <T> @Nullable T receive(ConsumerCore consumer, long nanos, Reading<T> reading) throws JMSException {
        if (isShutOut()) {
            throw Transacting.shutOut();
        }
        beginReceive(consumer);
        try {
            Incoming incoming = await(consumer, nanos);
            if (incoming == null) {
                return null;
            }
            T result;
            try {
                result = reading.read(incoming.message());
            } catch (JMSException unreadable) {
                if (settling.isAutomatic()) {
                    undo(consumer, incoming);
                }
                throw unreadable;
            } catch (RuntimeException | Error thrown) {
                if (settling.isAutomatic()) {
                    giveBack(consumer, incoming.handed());
                }
                throw thrown;
            }
            if (isShutOut()) {
                undo(consumer, incoming);
                throw Transacting.shutOut();
            }
            settling.done(consumer, incoming.handed());
            return result;
        } finally {
            endReceive();
        }
    }

    /** What a receive makes of its message. */
    @FunctionalInterface
    interface Reading<T> {
        /** Reads; in the automatic modes a JMSException undoes the receive, and anything else makes it a failed delivery. */
        T read(Message message) throws JMSException;
    }

    private void beginReceive(ConsumerCore consumer) throws IllegalStateException {
        checkOpen(consumer);
        monitor.enter();
        try {
            if (consumer.listener != null) {
                throw new IllegalStateException(
                        "the consumer has a message listener; receive cannot be called beside it");
            }
            if (turn.receiver != null) {
                throw new IllegalStateException(
                        "another thread is in receive of this session; a session serves one thread at a time");
            }
            turn.receiver = Thread.currentThread();
            turn.receivingFrom = consumer;
        } finally {
            monitor.leave();
        }
    }

    private void endReceive() {
        monitor.enter();
        try {
            turn.receiver = null;
            turn.receivingFrom = null;
            turn.received = null;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    private @Nullable Incoming await(ConsumerCore consumer, long nanos) throws JMSException {
        long deadline = System.nanoTime() + nanos;
        if (nanos == 0 && isEmptyAndStarted(consumer)) {
            // One round trip to the server: what it could send before its answer is here.
            Replies.awaitQuietly(List.of(new Barrier(connection, consumer.id)), BARRIER_MILLIS);
        }
        while (true) {
            Taken taken = take(consumer, nanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime());
            if (taken == null) {
                return null;
            }
            Incoming incoming = open(consumer, taken);
            if (incoming != null) {
                return incoming;
            }
        }
    }

    /** Takes a message out of the prefetch buffer; waits for one. */
    private @Nullable Taken take(ConsumerCore consumer, long nanos) throws JMSException {
        // While the connection closes, a listener that still runs gets what is there and does not wait.
        boolean lastCall = isEnding() && connection.isInListener();
        monitor.enter();
        try {
            turn.receivedNothing(monitor);
            long left = lastCall ? 0 : nanos;
            // A message that waits for the acknowledgement before it is there, for a receiveNoWait too.
            long patience = Monitor.nanosOf(BARRIER_MILLIS);
            while (true) {
                if (consumer.closed || (state != State.OPEN && !(lastCall && state == State.ENDING))) {
                    return null;
                }
                boolean mayHandOut = link.mayHandOut();
                if (started && failure == null && consumer.failure == null && mayHandOut) {
                    if (settling.mayHandOver(consumer)) {
                        Taken taken = handOver(consumer);
                        if (taken != null) {
                            turn.received = taken.handed();
                            return taken;
                        }
                    } else if (left <= 0 && patience > 0 && consumer.hasNext()) {
                        patience = monitor.await(patience);
                        continue;
                    }
                }
                checkFailure(consumer);
                if (left <= 0) {
                    return null;
                }
                left = pause(left, started && !mayHandOut && consumer.hasNext());
            }
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("waiting for a message", interrupt);
        } finally {
            monitor.leave();
        }
    }

    /** Waits for a change; when messages wait for their claim ({@code unclaimed}), no longer than until it is looked at again. */
    private long pause(long left, boolean unclaimed) throws InterruptedException {
        long slice = unclaimed ? Math.min(left, CLAIM_CHECK_NANOS) : left;
        long rest = monitor.await(slice);
        return left - slice + Math.max(rest, 0);
    }

    private @Nullable Taken handOver(ConsumerCore consumer) {
        Incoming again = consumer.undone;
        if (again != null) {
            consumer.undone = null;
            settling.handed(again.handed());
            return new Taken(again.handed(), null, again);
        }
        Delivery delivery = consumer.prefetch.next();
        if (delivery == null) {
            return null;
        }
        Handed handed = Handed.of(consumer.id, delivery);
        settling.handed(handed);
        return new Taken(handed, delivery, null);
    }

    private void checkFailure(ConsumerCore consumer) throws JMSException {
        if (consumer.failure != null) {
            throw JmsErrors.of(consumer.failure);
        }
        if (failure != null) {
            throw JmsErrors.of(failure);
        }
    }

    /** Makes a message of what was taken; null when it has expired meanwhile, and is done with. */
    private @Nullable Incoming open(ConsumerCore consumer, Taken taken) throws JMSException {
        Incoming incoming = taken.opened();
        if (incoming == null && taken.delivery() != null) {
            grant(consumer);
            incoming = new Incoming(decode(consumer, taken.delivery(), taken.handed()), taken.handed());
        }
        if (incoming == null) {
            return null;
        }
        long expiration = incoming.message().getJMSExpiration();
        if (expiration > 0 && expiration <= link.serverTimeMillis()) {
            settling.expired(consumer, taken.handed());
            return null;
        }
        return incoming;
    }

    private Message decode(ConsumerCore consumer, Delivery delivery, Handed handed) throws JMSException {
        boolean read = false;
        try {
            Message message =
                    connection.messages().decode(delivery, consumer.destination, new Acknowledging(this, handed));
            read = true;
            return message;
        } finally {
            delivery.envelope().release();
            Work work = work();
            if (!read && work != null) {
                work.fail("a message that it received cannot be read");
            } else if (!read) {
                // It counts as a failed delivery, so that the server's limit for these ends it.
                giveBack(consumer, handed);
            }
        }
    }

    private void undo(ConsumerCore consumer, Incoming incoming) {
        monitor.enter();
        try {
            if (settling.withdraw(incoming.handed())) {
                consumer.undone = incoming;
                consumers.changed(consumer);
            }
        } finally {
            monitor.leave();
        }
    }

    private boolean isEmptyAndStarted(ConsumerCore consumer) {
        monitor.enter();
        try {
            return started && failure == null && !consumer.hasNext();
        } finally {
            monitor.leave();
        }
    }

    // ---- listeners, on the session's thread

    private void listen() {
        ConsumerCore consumer = nextConsumer();
        while (consumer != null) {
            try {
                dispatch(consumer);
            } catch (RuntimeException | Error fault) {
                LOG.error("a message could not be handed to its listener: consumer={}", consumer.id, fault);
            } finally {
                // What interrupted this listener is not for the next message.
                boolean ignored = Thread.interrupted();
                endDispatch();
            }
            consumer = nextConsumer();
        }
    }

    private void endDispatch() {
        monitor.enter();
        try {
            turn.dispatching = null;
            settling.processing(null);
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /** Waits for a consumer with a listener and a message; takes turns between them. Null when the session closes or has failed for good. */
    private @Nullable ConsumerCore nextConsumer() {
        monitor.enter();
        try {
            while (state == State.OPEN && failure == null) {
                ConsumerCore consumer = started ? consumers.withWork() : null;
                // Asked once: nobody is woken when it changes.
                boolean mayHandOut = link.mayHandOut();
                if (consumer != null && settling.mayHandOver(consumer) && mayHandOut) {
                    consumers.endTurn();
                    turn.dispatching = consumer;
                    return consumer;
                }
                if (consumer != null && !mayHandOut) {
                    long ignored = monitor.awaitQuietly(CLAIM_CHECK_NANOS);
                } else {
                    monitor.awaitQuietly();
                }
            }
            turn.listening = null;
            monitor.changed();
            return null;
        } finally {
            monitor.leave();
        }
    }

    private void dispatch(ConsumerCore consumer) {
        Taken taken;
        MessageListener listener;
        monitor.enter();
        try {
            listener = consumer.listener;
            // Between the choice and now the session may have been stopped: then the message stays.
            taken = listener == null || !started || consumer.closed ? null : handOver(consumer);
            settling.processing(taken == null ? null : taken.handed());
        } finally {
            monitor.leave();
        }
        if (taken == null || listener == null) {
            return;
        }
        try {
            Incoming incoming = open(consumer, taken);
            if (incoming != null) {
                call(consumer, listener, incoming);
            }
        } catch (JMSException unreadable) {
            LOG.error("a message could not be read and was given back: consumer={}", consumer.id, unreadable);
        }
    }

    private void call(ConsumerCore consumer, MessageListener listener, Incoming incoming) {
        Handed handed = incoming.handed();
        try {
            listener.onMessage(incoming.message());
        } catch (RuntimeException | Error thrown) {
            LOG.warn(
                    "a message listener threw; redelivered={} consumer={} listener={}",
                    settling.isAutomatic(),
                    consumer.id,
                    listener.getClass().getName(),
                    thrown);
            if (settling.isAutomatic()) {
                giveBack(consumer, handed);
            }
            return;
        }
        settling.done(consumer, handed);
    }

    // ---- acknowledge, recover, give back

    /** What {@code Message.acknowledge} does. */
    void acknowledge(@Nullable Handed message) throws JMSException {
        checkOpen();
        settling.acknowledged(message);
    }

    void acknowledgeAlone(Handed message) throws JMSException {
        checkOpen();
        settling.acknowledgedAlone(message);
    }

    /** Session.recover: everything that is not acknowledged comes again. */
    void recover() {
        if (settling.isAutomatic()) {
            settling.flush();
        }
        List<Reply> ignored = giveBackAll();
    }

    /** What was prefetched behind messages that come again must come after them. */
    void restart(Set<Long> consumerIds) {
        for (Long consumerId : consumerIds) {
            ConsumerCore consumer = find(consumerId);
            if (consumer != null) {
                Reply ignored = giveBack(consumer, new Ranges());
            }
        }
    }

    /** The same for the other consumers. */
    void restartAllBut(Set<Long> consumerIds) {
        List<ConsumerCore> all;
        monitor.enter();
        try {
            all = consumers.open();
        } finally {
            monitor.leave();
        }
        for (ConsumerCore consumer : all) {
            if (!consumerIds.contains(consumer.id)) {
                Reply ignored = giveBack(consumer, new Ranges());
            }
        }
    }

    private List<Reply> giveBackAll() {
        return giveBack(settling.takeAll());
    }

    /** Gives back what was taken out as received. */
    List<Reply> giveBack(Map<Long, Ranges> received) {
        List<Reply> replies = new ArrayList<>();
        for (Map.Entry<Long, Ranges> each : received.entrySet()) {
            ConsumerCore consumer = find(each.getKey());
            if (consumer != null) {
                replies.add(giveBack(consumer, each.getValue()));
            }
        }
        forgetRetained();
        return replies;
    }

    void forgetRetained() {
        monitor.enter();
        try {
            consumers.forgetRetained();
        } finally {
            monitor.leave();
        }
    }

    private void giveBack(ConsumerCore consumer, Handed failedOne) {
        boolean held;
        monitor.enter();
        try {
            held = settling.withdraw(failedOne);
        } finally {
            monitor.leave();
        }
        if (settling.isAutomatic()) {
            // What it collected would come back with it.
            settling.flush();
        }
        if (held) {
            giveBack(consumer, Unsettled.only(failedOne)).whenDone((value, refusal) -> logRefusal(consumer, refusal));
        }
    }

    private static void logRefusal(ConsumerCore consumer, @Nullable LinkException refusal) {
        if (refusal != null) {
            LOG.warn("a message could not be given back: consumer={} reason={}", consumer.id, refusal.getMessage());
        }
    }

    private Reply giveBack(ConsumerCore consumer, Ranges failedOnes) {
        List<Delivery> dropped;
        long epoch;
        monitor.enter();
        try {
            dropped = consumer.prefetch.restart();
            consumer.undone = null;
            epoch = consumer.prefetch.epoch();
        } finally {
            monitor.leave();
        }
        dropped.forEach(ConsumerCore::release);
        Reply reply = link.giveBack(consumer.id, epoch, failedOnes);
        grant(consumer);
        return reply;
    }

    private @Nullable ConsumerCore find(long consumerId) {
        monitor.enter();
        try {
            return consumers.find(consumerId);
        } finally {
            monitor.leave();
        }
    }

    // ---- the end of a transaction

    /** The work of a transaction is settled now, which takes no time: a close waits for it, so that it is done or undone as a whole. */
    void beginEnd() throws IllegalStateException {
        checkOpen();
        monitor.enter();
        try {
            if (state == State.CLOSED || (state == State.CLOSING && !isUser())) {
                throw new IllegalStateException("the session is closed");
            }
            if (turn.ending != null) {
                throw new IllegalStateException(
                        "another thread commits or rolls back this session; a session serves one thread at a time");
            }
            turn.ending = Thread.currentThread();
        } finally {
            monitor.leave();
        }
    }

    /** It has ended. */
    void endEnd() {
        monitor.enter();
        try {
            turn.ending = null;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    // ---- close

    /** Closes one consumer; what it handed over stays with the session. Its own listener may call it. */
    void close(ConsumerCore consumer) {
        List<Delivery> dropped;
        Ranges retained;
        Work work = work();
        boolean retains = work == null && !consumer.alone;
        monitor.enter();
        try {
            if (consumer.closed) {
                return;
            }
            consumer.closed = true;
            monitor.changed();
            while (isUsedByAnotherThread(consumer)) {
                monitor.awaitQuietly();
            }
            if (!consumers.remove(consumer)) {
                return;
            }
            retained = retains ? settling.of(consumer.id) : settling.takeOf(consumer.id);
            if (retained.size() > 0 && retains) {
                consumers.retain(consumer, id -> settling.of(id).size() > 0);
            }
            dropped = consumer.prefetch.restart();
        } finally {
            monitor.leave();
        }
        dropped.forEach(ConsumerCore::release);
        if (work != null && retained.size() > 0) {
            work.take(Map.of(consumer.id, retained));
        }
        Replies.awaitQuietly(List.of(link.closeConsumer(consumer.id, retains ? retained : new Ranges())), CLOSE_MILLIS);
    }

    private boolean isUsedByAnotherThread(ConsumerCore consumer) {
        Thread self = Thread.currentThread();
        return (turn.receivingFrom == consumer && turn.receiver != self)
                || (turn.dispatching == consumer && turn.listening != self);
    }

    /**
     * Closes the session: waits for its receive, listener and completions. False when it was closed before. {@code away}: whether the
     * connection closes, and has no server now.
     */
    boolean close(BooleanSupplier away) {
        if (!beginClose()) {
            return false;
        }
        completions.retire();
        boolean gone = away.getAsBoolean();
        while (!gone && !completions.awaitIdle(AWAY_CHECK_MILLIS)) {
            gone = away.getAsBoolean();
        }
        if (gone) {
            // Nothing can be said to the server now; it gives back by itself what the session held. What counts as
            // acknowledged is said when the link finds the server again before it ends.
            if (settling.isAutomatic()) {
                settling.flush();
            }
            finishClose().forEach(consumer -> consumer.prefetch.restart().forEach(ConsumerCore::release));
            return true;
        }
        if (settling.isAutomatic()) {
            settling.flush();
        }
        List<Reply> replies = transacting == null ? giveBackAll() : transacting.close(local);
        for (ConsumerCore consumer : finishClose()) {
            consumer.prefetch.restart().forEach(ConsumerCore::release);
            replies.add(link.closeConsumer(consumer.id, new Ranges()));
        }
        settling.awaitConfirmed(CLOSE_MILLIS);
        Replies.awaitQuietly(replies, CLOSE_MILLIS);
        return true;
    }

    private boolean beginClose() {
        monitor.enter();
        try {
            if (state == State.CLOSING || state == State.CLOSED) {
                while (state != State.CLOSED) {
                    monitor.awaitQuietly();
                }
                return false;
            }
            state = State.CLOSING;
            return awaitUnused(Long.MAX_VALUE);
        } finally {
            monitor.leave();
        }
    }

    /** The connection closes: from now on listeners get nothing new, and receives end. */
    void end() {
        monitor.enter();
        try {
            state = state == State.OPEN ? State.ENDING : state;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /** After {@link #end}: waits until no listener runs and no receive waits, at most {@code millis}; whether that is so. */
    boolean awaitEnd(long millis) {
        monitor.enter();
        try {
            return awaitUnused(Monitor.nanosOf(millis));
        } finally {
            monitor.leave();
        }
    }

    private boolean awaitUnused(long nanos) {
        monitor.changed();
        long left = nanos;
        while (turn.isTaken() && left > 0) {
            left = monitor.awaitQuietly(left);
        }
        return !turn.isTaken();
    }

    private List<ConsumerCore> finishClose() {
        monitor.enter();
        try {
            List<ConsumerCore> open = consumers.closeAll();
            state = State.CLOSED;
            monitor.changed();
            return open;
        } finally {
            monitor.leave();
        }
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
