package dev.sluice.server.simulation.client;

import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.ShardIds;
import dev.sluice.server.simulation.oracle.Hands;
import dev.sluice.server.simulation.oracle.Taste;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.session.Handed;
import dev.sluice.session.Prefetch;
import dev.sluice.session.Unsettled;
import dev.sluice.wire.Buckets;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session with one consumer, as the façade has it: hands over what was prefetched, lets {@link Mode} settle it, gives some back, closes and
 * opens again.
 */
final class Receiver implements Member {
    private static final long CLAIM_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int CLOSES_ONCE_IN = 60;
    private static final long AWAY_NANOS_MAX = TimeUnit.SECONDS.toNanos(4);
    final ClientNode client;
    final Habit habit;
    private final Mode mode;
    /** What was handed over and is not settled, and the number of each message. */
    private final Map<Handed, Long> handed = new LinkedHashMap<>();

    private @Nullable Link link;
    private @Nullable Course course;
    private boolean busy;
    private boolean calm;
    private boolean checkPlanned;
    private boolean resumed;
    private boolean gone;
    private long address;
    private boolean interrupted;

    /** What it receives from, and how. */
    record Habit(Sender.Destination from, String place, Taste taste, int prefetch, long workNanosMax) {
        SubscriptionKind kind() {
            return from.kind() == AddressKind.QUEUE ? SubscriptionKind.QUEUE : SubscriptionKind.SHARED_DURABLE;
        }

        String subscription() {
            return from.kind() == AddressKind.QUEUE ? "" : place;
        }
    }

    /** How a session settles. It is told what happens, and says when it is done. */
    interface Mode {
        /** Whether the next message may be handed over. */
        boolean mayHandOver(Receiver receiver);

        /** The application has done its work with a message; {@code last}: no other one is there. */
        void worked(Receiver receiver, Handed message, boolean last);

        /** What was handed over went to others. */
        void lost();

        /** Nothing more may come: what is open is brought to its end. */
        void finish(Receiver receiver);

        /** Before the consumer is closed. */
        void closing(Receiver receiver);

        /** The process is killed. */
        void killed();
    }

    /** One consumer, from its opening to its close. */
    private final class Course implements DeliverySink {
        final long id;
        final Prefetch prefetch = new Prefetch(habit.prefetch);
        final Hands hands;
        boolean open;

        Course(long id, Link of) {
            this.id = id;
            long run = client.host().run();
            hands = client.oracle().consumer(client.name() + "/" + id, habit.place, habit.taste, new Hands.Client() {
                @Override
                public boolean claims() {
                    return client.host().isActive() && client.host().run() == run && of.mayHandOut();
                }

                @Override
                public boolean isAway() {
                    return !client.host().isActive() || !client.mayHandOut(id);
                }
            });
        }

        @Override
        public void deliver(Delivery delivery) {
            if (course == this && prefetch.arrived(delivery)) {
                pump();
            }
        }

        @Override
        public void claimsLost(long epoch) {
            client.say("loses its claims of " + hands);
            List<Delivery> dropped = prefetch.claimsLost(epoch);
            assert dropped != null;
            boolean any = handed.keySet().removeIf(message -> message.consumerId() == id && message.epoch() < epoch);
            client.oracle().lost(hands);
            if (any) {
                mode.lost();
            }
            grant(this);
        }

        @Override
        public void closed(RefusalCode code, String text) {
            client.say("loses " + hands + ": " + text);
            client.oracle().ended(hands);
            if (course == this) {
                course = null;
                busy = false;
                reopenLater();
            }
        }
    }

    Receiver(ClientNode client, Habit habit, Mode mode) {
        this.client = client;
        this.habit = habit;
        this.mode = mode;
    }

    Timeline chance() {
        return client.host().timeline();
    }

    Link link() {
        return Objects.requireNonNull(link);
    }

    boolean isCalm() {
        return calm;
    }

    // ---- opening and closing ----

    @Override
    public void begin(Link newLink) {
        link = newLink;
        newLink.createAddress(habit.from.kind(), habit.from.flags(), habit.from.name())
                .whenDone((id, failure) -> {
                    if (failure == null) {
                        address = id;
                        open();
                    }
                });
    }

    private void open() {
        if (gone) {
            return;
        }
        Link to = link();
        Course opened = new Course(ShardIds.beside(address, client.nextNumber()), to);
        course = opened;
        busy = false;
        Link.ConsumerSpec spec = new Link.ConsumerSpec(
                opened.id,
                address,
                habit.kind(),
                false,
                habit.subscription(),
                habit.taste.selector(),
                client.redelivery());
        to.openConsumer(spec, opened).whenDone((value, failure) -> {
            if (failure == null) {
                opened.open = true;
                client.oracle().opened(opened.hands);
                grant(opened);
            } else {
                client.say("cannot open " + opened.hands + ": " + failure.getMessage());
                client.oracle().ended(opened.hands);
                course = null;
                reopenLater();
            }
        });
    }

    private void reopenLater() {
        client.host().after(chance().between(0, calm ? CLAIM_CHECK_NANOS : AWAY_NANOS_MAX), () -> {
            if (course == null) {
                open();
            }
        });
    }

    private void close() {
        Course open = course;
        if (open != null && open.open) {
            mode.closing(this);
            client.oracle().returning(open.hands);
            client.oracle().ended(open.hands);
            handed.clear();
            course = null;
            link().closeConsumer(open.id, new Ranges())
                    .whenDone((value, failure) -> client.oracle().returned(open.hands));
            reopenLater();
        }
    }

    private void grant(Course to) {
        long total = to == course ? to.prefetch.creditDue() : Prefetch.NO_CREDIT;
        if (total != Prefetch.NO_CREDIT) {
            link().credit(to.id, to.prefetch.epoch(), total);
        }
    }

    // ---- handing over ----

    private void pump() {
        Course from = course;
        if (busy || from == null || from.prefetch.isEmpty() || !mode.mayHandOver(this)) {
            return;
        }
        if (!link().mayHandOut()) {
            checkAgain();
            return;
        }
        DeliverySink.Delivery delivery = from.prefetch.next();
        if (delivery == null) {
            return;
        }
        Handed message = Handed.of(from.id, delivery);
        long number = Envelopes.id(delivery, client.oracle());
        long endMillis = Envelopes.expirationMillis(delivery);
        if (endMillis > 0 && endMillis <= link().serverTimeMillis()) {
            expire(from, message, number);
            return;
        }
        client.say("gets " + number + " by " + from.hands + " delivery " + delivery.deliveryCount());
        if (Buckets.isDeadLetterQueue(habit.place)) {
            Envelopes.End end = Envelopes.end(delivery.envelope());
            client.say(number + " is a dead letter of " + end.place() + " after delivery " + end.deliveries());
            client.oracle().deadLetter(from.hands, number, end.place(), end.deliveries());
        }
        client.oracle().handed(from.hands, number, delivery.deliveryCount());
        handed.put(message, number);
        busy = true;
        grant(from);
        client.host().after(chance().between(0, habit.workNanosMax), () -> worked(from, message));
    }

    /** It is done with, without a word to the application. */
    private void expire(Course from, Handed message, long number) {
        client.oracle().expired(from.hands, number);
        grant(from);
        Unsettled only = new Unsettled();
        only.add(message);
        acknowledge(new Batch(from.id, from.hands, only.of(from.id), List.of(number)), false, () -> {});
        pump();
        if (calm && !busy) {
            // The mode may wait for what has expired.
            mode.finish(this);
        }
    }

    private void checkAgain() {
        if (!checkPlanned) {
            checkPlanned = true;
            client.host().after(CLAIM_CHECK_NANOS, () -> {
                checkPlanned = false;
                pump();
            });
        }
    }

    private void worked(Course from, Handed message) {
        if (from == course) {
            mode.worked(this, message, from.prefetch.isEmpty());
            if (!calm && !busy && chance().onceIn(CLOSES_ONCE_IN)) {
                close();
            }
        }
    }

    /** The mode is at something, and nothing is handed over until it is done. */
    void holdOn() {
        busy = true;
    }

    /** The mode has done what it does after a message. */
    void goOn() {
        busy = false;
        pump();
    }

    /** There may be something to do. */
    void mayPump() {
        pump();
    }

    // ---- what modes do ----

    Hands hands() {
        return Objects.requireNonNull(course).hands;
    }

    long consumerId() {
        return Objects.requireNonNull(course).id;
    }

    /** Takes out what was handed over, or one of it: it is settled. */
    Batch take(@Nullable Handed only) {
        Unsettled unsettled = new Unsettled();
        List<Long> numbers = new ArrayList<>();
        for (Handed message : List.copyOf(handed.keySet())) {
            if (only == null || only.equals(message)) {
                unsettled.add(message);
                numbers.add(handed.remove(message));
            }
        }
        return new Batch(consumerId(), hands(), unsettled.of(consumerId()), numbers);
    }

    int unsettled() {
        return handed.size();
    }

    /** Messages that are settled together. */
    record Batch(long consumerId, Hands hands, Ranges ranges, List<Long> numbers) {
        boolean isEmpty() {
            return numbers.isEmpty();
        }
    }

    private void giveBack(Batch failed) {
        Course of = course;
        if (of == null) {
            return;
        }
        List<DeliverySink.Delivery> dropped = of.prefetch.restart();
        assert dropped != null;
        client.say("gives back " + failed.numbers + " of " + of.hands);
        client.oracle().returning(of.hands);
        boolean before = interrupted;
        link().giveBack(of.id, of.prefetch.epoch(), failed.ranges).whenDone((value, failure) -> {
            client.oracle().returned(of.hands);
            // When the connection was interrupted they may have gone to others before.
            if (failure == null && !before && !interrupted) {
                client.oracle().failed(of.hands, failed.numbers);
            }
        });
        grant(of);
    }

    /** Gives back all; what was handed over counts as failed. What was prefetched behind messages that come again must come after them. */
    void giveBackAll() {
        if (course != null) {
            giveBack(take(null));
        }
    }

    /** Acknowledges; {@code done} hears when that has returned. {@code awaited}: whether the application waits for it. */
    void acknowledge(Batch batch, boolean awaited, Runnable done) {
        client.oracle().acknowledging(batch.hands, batch.numbers);
        link().acknowledge(batch.consumerId, batch.ranges, awaited).whenDone((value, failure) -> {
            acknowledged(batch, failure);
            done.run();
        });
    }

    private void acknowledged(Batch batch, @Nullable LinkException failure) {
        if (failure == null) {
            client.say("has acknowledged " + batch.numbers);
            client.oracle().acknowledged(batch.hands, batch.numbers);
        } else {
            client.say("has not acknowledged " + batch.numbers + ": " + failure.getMessage());
            // All else leaves it open whether it has happened.
            if (failure.code() == RefusalCode.CONSUMER_UNKNOWN) {
                client.oracle().notAcknowledged(batch.hands, batch.numbers);
            }
        }
    }

    // ---- the client ----

    @Override
    public void mayGoOn() {
        if (resumed && link().mayHandOut()) {
            resumed = false;
            interrupted = false;
            if (course != null) {
                client.oracle().interrupted(course.hands);
            }
        }
        pump();
    }

    @Override
    public void resumed() {
        resumed = true;
        if (course != null && course.hands.isAway()) {
            // What was on the way to it goes to others now, if it did not before.
            client.oracle().disturb(course.hands);
        }
        mayGoOn();
    }

    @Override
    public void interrupted() {
        resumed = false;
        interrupted = true;
        if (course != null) {
            client.oracle().interrupted(course.hands);
        }
    }

    @Override
    public void calm() {
        calm = true;
        if (!busy && link != null && !gone) {
            mode.finish(this);
        }
    }

    @Override
    public void killed() {
        mode.killed();
        gone = true;
        Course open = course;
        course = null;
        if (open != null) {
            client.oracle().killed(open.hands);
        }
    }
}
