package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/** What the machines said and did; what the dispatcher proposes is applied when the world turns. */
final class Observed implements MachineEffects, DispatcherEffects {
    final List<Delivery> deliveries = new ArrayList<>();
    final List<Delivery> browsed = new ArrayList<>();
    final List<Long> browsedToTheEnd = new ArrayList<>();
    final Map<Long, Session.Answer> answers = new HashMap<>();
    final List<Long> applied = new ArrayList<>();
    Consumer<Delivery> onDelivery = delivery -> {};
    Consumer<MachineCommands.DeadLetter> onDeadLetter = letter -> {};
    DeadLetterRoom deadLetterRoom = DeadLetterRoom.THERE;
    Predicate<dev.sluice.server.core.Consumer> isBusy = consumer -> false;
    private final ArrayDeque<Consumer<MachineCommands>> proposals = new ArrayDeque<>();
    private final Given given;
    long loads;

    Observed(Given given) {
        this.given = given;
    }

    /** A message on its way out; {@code message} is the number that its sender gave it. */
    record Delivery(long consumerId, long message, int code, long sequence, int count, StoredMessage stored) {}

    /** The numbers of all messages delivered since the last call. */
    List<Long> take() {
        List<Long> messages = deliveries.stream().map(Delivery::message).toList();
        deliveries.clear();
        return messages;
    }

    boolean hasProposals() {
        return !proposals.isEmpty();
    }

    boolean propose() {
        boolean worked = false;
        for (var proposal = proposals.poll(); proposal != null; proposal = proposals.poll()) {
            given.apply(proposal);
            worked = true;
        }
        return worked;
    }

    void forget() {
        proposals.clear();
    }

    private static Runs copy(Runs runs) {
        Runs copy = new Runs();
        for (int run = 0; run < runs.size(); run++) {
            copy.add(runs.lane(run), runs.first(run), runs.count(run));
        }
        return copy;
    }

    private static Delivery delivery(long id, StoredMessage message, int count) {
        UnsafeBuffer bytes = new UnsafeBuffer(Objects.requireNonNull(message.buffer()));
        EnvelopeDecoder envelope =
                new EnvelopeDecoder().wrapAndApplyHeader(bytes, message.offset(), new MessageHeaderDecoder());
        int code = message.isTransient() ? message.priority | Lane.TRANSIENT : message.priority;
        return new Delivery(id, envelope.messageNumber(), code, message.sequence(), count, message);
    }

    @Override
    public void deliver(dev.sluice.server.core.Consumer consumer, StoredMessage message, int deliveryCount) {
        Delivery delivery = delivery(consumer.id(), message, deliveryCount);
        deliveries.add(delivery);
        onDelivery.accept(delivery);
    }

    @Override
    public void browsed(Browser browser, StoredMessage message, int deliveryCount) {
        browsed.add(delivery(browser.id(), message, deliveryCount));
    }

    @Override
    public void browseEnd(Browser browser) {
        browsedToTheEnd.add(browser.id());
    }

    @Override
    public void consumerEnded(dev.sluice.server.core.Consumer consumer, RefusalCode code, String text) {}

    @Override
    public void load(RowStore.Load load) {
        given.store.load(load);
        loads++;
    }

    @Override
    public void proposeExpire(Subscription subscription, Runs runs) {
        Runs copy = copy(runs);
        proposals.add(to -> to.expire(subscription.id(), copy));
    }

    @Override
    public void proposeFailures(dev.sluice.server.core.Consumer consumer, Runs runs) {
        MachineCommands.Returned returned =
                new MachineCommands.Returned(consumer.subscription().id(), consumer.id(), 0, copy(runs));
        proposals.add(to -> to.giveBack(consumer.session().id(), 0, returned));
    }

    @Override
    public void proposeHeard(dev.sluice.server.core.Consumer consumer) {
        MachineCommands.Returned returned =
                new MachineCommands.Returned(consumer.subscription().id(), consumer.id(), consumer.epoch(), new Runs());
        proposals.add(to -> to.giveBack(consumer.session().id(), 0, returned));
    }

    @Override
    public void propose(int runs, Consumer<MachineCommands> command) {
        proposals.add(command);
    }

    @Override
    public void proposeDeadLetter(MachineCommands.DeadLetter letter) {
        onDeadLetter.accept(letter);
        proposals.add(to -> to.deadLetter(letter));
    }

    @Override
    public DeadLetterRoom deadLetterRoom() {
        return deadLetterRoom;
    }

    @Override
    public boolean isBusy(dev.sluice.server.core.Consumer consumer) {
        return isBusy.test(consumer);
    }

    @Override
    public boolean isBusy(Browser browser) {
        return false;
    }

    @Override
    public void sessionOpened(Session session) {}

    @Override
    public void sessionRefused(long keyHigh, long keyLow, RefusalCode code, String text) {
        answers.put(0L, new Session.Answer(code, 0, 0, text));
    }

    @Override
    public void sessionEnded(Session session) {
        given.dispatcher.sessionEnded(session);
    }

    @Override
    public void applied(Session session, long number) {
        applied.add(number);
    }

    @Override
    public void created(Session session, long number, long id) {
        answers.put(number, Session.Answer.of(id));
    }

    @Override
    public void refused(Session session, long number, Session.Answer answer) {
        answers.put(number, answer);
    }

    @Override
    public void appended(Address address, StoredMessage message) {
        given.dispatcher.appended(address);
    }

    @Override
    public void done(Subscription subscription, int code, long sequence) {
        given.dispatcher.done(subscription, code, sequence);
    }

    @Override
    public void taken(Branch branch, Subscription subscription, Runs runs) {
        given.dispatcher.takings().taken(branch, subscription, runs);
    }

    @Override
    public void notTaken(Session session, Subscription subscription, MachineCommands.Taking taking) {
        given.dispatcher.takings().notTaken(session, subscription, taking);
    }

    @Override
    public void untaken(Subscription subscription, Runs runs) {
        given.dispatcher.takings().untaken(subscription, runs);
    }

    @Override
    public void workEnded(Branch branch, boolean committed) {
        given.dispatcher.takings().workEnded(branch, committed);
    }

    @Override
    public void failed(Subscription subscription, int code, long sequence) {
        given.dispatcher.failed(subscription, code, sequence);
    }

    @Override
    public void returned(Session session, Subscription subscription, long consumerId, long epoch) {
        given.dispatcher.returned(session, consumerId, epoch);
    }

    @Override
    public void consumerOpened(Session session, long consumerId, Subscription subscription) {
        given.dispatcher.consumerOpened(session, consumerId, subscription);
    }

    @Override
    public void consumerClosed(Session session, long consumerId, Subscription subscription) {
        given.dispatcher.consumerClosed(session, consumerId, subscription);
    }

    @Override
    public void subscriptionAdded(Subscription subscription) {
        given.dispatcher.subscriptionAdded(subscription);
    }

    @Override
    public void subscriptionRemoved(Subscription subscription) {
        given.dispatcher.subscriptionRemoved(subscription);
    }

    @Override
    public void addressRemoved(Address address) {
        given.dispatcher.addressRemoved(address);
    }

    @Override
    public void expiryDue(Address address, int priority, long sequence) {
        given.dispatcher.expiryDue(address, priority, sequence);
    }
}
