package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.wire.codec.BodyKind;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A client's session as the machines see it: it numbers its commands, and its messages by {@link #publish}. */
final class Client {
    private static long lastConsumer;

    final long sessionId;
    long number;
    private final Given given;

    Client(Given given, long sessionId) {
        this.given = given;
        this.sessionId = sessionId;
    }

    Session session() {
        return Objects.requireNonNull(given.machine.catalog().session(sessionId));
    }

    /** What the last command was answered with; null when it was simply done. */
    Session.@Nullable Answer answer() {
        return given.observed.answers.remove(number);
    }

    long queue(String name) {
        return address(false, name, false);
    }

    long topic(String name) {
        return address(true, name, false);
    }

    long address(boolean topic, String name, boolean temporary) {
        given.run(to ->
                to.createAddress(sessionId, ++number, new MachineCommands.NewAddress(topic, name, temporary, false)));
        return Objects.requireNonNull(answer()).value();
    }

    /** What is to be published: to the queue or topic, with priority 4, for ever, at once. */
    static final class Draft {
        final long address;
        final long message;
        int priority = 4;
        long timeToLive;
        long delay;
        long stage;
        long transaction;
        String type = "";
        String group = "";
        byte[] properties = {};

        Draft(long address, long message) {
            this.address = address;
            this.message = message;
        }

        Draft priority(int value) {
            priority = value;
            return this;
        }

        Draft timeToLive(long millis) {
            timeToLive = millis;
            return this;
        }

        Draft delay(long millis) {
            delay = millis;
            return this;
        }

        Draft stage(long id) {
            stage = id;
            return this;
        }

        Draft in(long transactionId) {
            transaction = transactionId;
            return this;
        }

        Draft properties(byte[] bytes) {
            properties = bytes;
            return this;
        }

        Draft type(String value) {
            type = value;
            return this;
        }
    }

    static Draft message(long address, long message, String group) {
        Draft draft = new Draft(address, message);
        draft.group = group;
        return draft;
    }

    static Draft message(long address, long message) {
        return new Draft(address, message);
    }

    @CanIgnoreReturnValue
    Client publish(Draft draft) {
        Publication publication = publication(draft, ++number);
        given.run(to -> to.publish(publication));
        return this;
    }

    @CanIgnoreReturnValue
    Client publish(long address, long first, int count) {
        for (long message = first; message < first + count; message++) {
            publish(message(address, message));
        }
        return this;
    }

    /** A non-persistent message, not through the log. */
    void publishTransient(Draft draft) {
        Address address = Objects.requireNonNull(given.machine.catalog().address(draft.address));
        given.dispatcher.publishTransient(address, session(), publication(draft, 0), given.nowMillis);
        given.settle();
    }

    Publication publication(Draft draft, long commandNumber) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[512 + draft.properties.length]);
        EnvelopeEncoder envelope = new EnvelopeEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        envelope.messageNumber(draft.message).priority((short) draft.priority).bodyKind(BodyKind.NONE);
        envelope.expiration(draft.timeToLive == 0 ? 0 : given.nowMillis + draft.timeToLive);
        envelope.flags().clear().hasType(!draft.type.isEmpty()).hasGroup(!draft.group.isEmpty());
        byte[] none = new byte[0];
        byte[] type = draft.type.getBytes(StandardCharsets.UTF_8);
        byte[] group = draft.group.getBytes(StandardCharsets.UTF_8);
        envelope.putCorrelation(none, 0, 0)
                .putJmsType(type, 0, type.length)
                .putReplyTo(none, 0, 0)
                .putGroupId(group, 0, group.length)
                .putUserId(none, 0, 0)
                .putContentType(none, 0, 0)
                .putProtocolSection(none, 0, 0)
                .putProperties(draft.properties, 0, draft.properties.length)
                .putBody(none, 0, 0);
        Publication publication = new Publication();
        publication.sessionId = sessionId;
        publication.number = commandNumber;
        publication.addressId = draft.address;
        publication.priority = draft.priority;
        publication.timeToLiveMillis = draft.timeToLive;
        publication.delayMillis = draft.delay;
        publication.staged = draft.stage != 0;
        publication.stageId = draft.stage;
        publication.transactionId = draft.transaction;
        publication.buffer = buffer;
        publication.length = envelope.limit();
        return publication;
    }

    void chunk(long stageId, long offset, int bytes) {
        given.run(to -> to.chunk(
                sessionId,
                ++number,
                new MachineCommands.Chunk(stageId, offset, new UnsafeBuffer(new byte[bytes]), 0, bytes, null)));
    }

    long consume(long address) {
        return consume(address, SubscriptionKind.QUEUE, "", "");
    }

    /** Opens a consumer without credit; its id. */
    long consume(long address, SubscriptionKind kind, String name, String selector) {
        return open(address, kind, name, selector, BroughtPolicy.NONE);
    }

    /** Opens a consumer of a queue, without credit, that brings a policy; its id. */
    long consume(long address, BroughtPolicy policy) {
        return open(address, SubscriptionKind.QUEUE, "", "", policy);
    }

    private long open(long address, SubscriptionKind kind, String name, String selector, BroughtPolicy policy) {
        long id = ++lastConsumer;
        given.run(to -> to.openConsumer(
                sessionId,
                ++number,
                new MachineCommands.NewConsumer(id, address, kind, false, name, selector, policy)));
        return id;
    }

    dev.sluice.server.core.Consumer consumer(long id) {
        return Objects.requireNonNull(given.dispatcher.consumer(session(), id));
    }

    void credit(long consumer, long total) {
        given.dispatcher.credit(session(), consumer, consumer(consumer).epoch(), total);
        given.settle();
    }

    void acknowledge(long consumer, Collection<Observed.Delivery> deliveries) {
        Runs runs = runs(deliveries);
        long subscription = consumer(consumer).subscription().id();
        given.run(to -> to.acknowledge(sessionId, ++number, subscription, runs));
    }

    /** Takes what was delivered into a transaction, as the leader lets it. */
    void take(long transactionId, long consumer, Collection<Observed.Delivery> deliveries) {
        Runs runs = runs(deliveries);
        dev.sluice.server.core.Consumer known = given.dispatcher.consumer(session(), consumer);
        boolean held = known != null && given.dispatcher.takings().mayTake(known, runs);
        if (known != null && held) {
            given.dispatcher.acknowledging(known, runs);
        }
        long subscription = known == null ? 0 : known.subscription().id();
        given.run(to -> to.take(
                sessionId, ++number, new MachineCommands.Taking(transactionId, consumer, subscription, held, runs)));
    }

    /** What is answered: null for done. */
    Session.@Nullable Answer transact(TransactKind kind, long transactionId, @Nullable Xid xid) {
        // Of another client's command with this number.
        given.observed.answers.remove(number + 1);
        return transact(new MachineCommands.Transact(kind, transactionId, xid, 0, 0));
    }

    /** What is answered: null for done. */
    Session.@Nullable Answer transact(MachineCommands.Transact what) {
        given.observed.answers.remove(number + 1);
        given.run(to -> to.transact(sessionId, ++number, what));
        return answer();
    }

    void giveBack(long consumer, Collection<Observed.Delivery> failed) {
        dev.sluice.server.core.Consumer known = consumer(consumer);
        MachineCommands.Returned returned =
                new MachineCommands.Returned(known.subscription().id(), consumer, known.epoch() + 1, runs(failed));
        given.run(to -> to.giveBack(sessionId, ++number, returned));
    }

    void close(long consumer, Collection<Observed.Delivery> retained) {
        given.dispatcher.closing(session(), consumer, runs(retained));
        given.run(to -> to.closeConsumer(sessionId, ++number, consumer));
    }

    @CanIgnoreReturnValue
    boolean reattach(long consumer, Collection<Observed.Delivery> held) {
        return reattach(consumer, held, held);
    }

    /** It is back: this is what came, and what of it is not settled. */
    @CanIgnoreReturnValue
    boolean reattach(long consumer, Collection<Observed.Delivery> came, Collection<Observed.Delivery> held) {
        Claims claims = new Claims();
        came.forEach(delivery -> claims.received(delivery.code(), delivery.sequence()));
        held.forEach(delivery -> claims.hold(delivery.code(), delivery.sequence(), 1));
        boolean claimed = given.dispatcher.reattach(
                session(), consumer, consumer(consumer).epoch() + 1, claims);
        given.settle();
        return claimed;
    }

    void unsubscribe(String name) {
        given.run(to -> to.unsubscribe(sessionId, ++number, name));
    }

    void delete(long address) {
        given.run(to -> to.deleteAddress(sessionId, ++number, address));
    }

    void end() {
        given.run(to -> to.endSession(sessionId, ++number));
    }

    static Runs runs(Collection<Observed.Delivery> deliveries) {
        Runs runs = new Runs();
        deliveries.forEach(delivery -> runs.add(delivery.code(), delivery.sequence()));
        return runs;
    }
}
