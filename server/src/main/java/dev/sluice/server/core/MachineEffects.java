package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;

/**
 * What the replicated machine says of what it did. Every method returns void: nothing of the outside flows back into a decision. They
 * follow from the state, so a replica that serves no client passes {@link #NONE}.
 */
public interface MachineEffects {
    /** Says nothing. */
    MachineEffects NONE = new MachineEffects() {
        @Override
        public void sessionOpened(Session session) {}

        @Override
        public void sessionRefused(long keyHigh, long keyLow, RefusalCode code, String text) {}

        @Override
        public void sessionEnded(Session session) {}

        @Override
        public void applied(Session session, long number) {}

        @Override
        public void created(Session session, long number, long id) {}

        @Override
        public void refused(Session session, long number, Session.Answer answer) {}

        @Override
        public void appended(Address address, StoredMessage message) {}

        @Override
        public void done(Subscription subscription, int code, long sequence) {}

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
        public void consumerOpened(Session session, long consumerId, Subscription subscription) {}

        @Override
        public void consumerClosed(Session session, long consumerId, Subscription subscription) {}

        @Override
        public void subscriptionAdded(Subscription subscription) {}

        @Override
        public void subscriptionRemoved(Subscription subscription) {}

        @Override
        public void addressRemoved(Address address) {}

        @Override
        public void expiryDue(Address address, int priority, long sequence) {}
    };

    /** A session begins, or was found by its key. */
    void sessionOpened(Session session);

    /** A client may not begin. */
    void sessionRefused(long keyHigh, long keyLow, RefusalCode code, String text);

    /** The session is no more. */
    void sessionEnded(Session session);

    /** The command was applied: it may be confirmed once the batch is durable. */
    void applied(Session session, long number);

    /** The command made or found something. */
    void created(Session session, long number, long id);

    /** The command was refused. */
    void refused(Session session, long number, Session.Answer answer);

    /** A message got its place. */
    void appended(Address address, StoredMessage message);

    /** A message is done for a subscription: acknowledged, expired, purged, or a dead letter, which may be a non-persistent one, too. */
    void done(Subscription subscription, int code, long sequence);

    /** Messages, persistent and not, are a branch's now: no consumer holds them any more. The runs are reused by the caller. */
    void taken(Branch branch, Subscription subscription, Runs runs);

    /** Messages that could not be taken go back, as far as the consumer has them. The runs are reused by the caller. */
    void notTaken(Session session, Subscription subscription, MachineCommands.Taking taking);

    /** Messages that a branch had taken go back. */
    void untaken(Subscription subscription, Runs runs);

    /** What a branch had sent and taken is done, or undone. */
    void workEnded(Branch branch, boolean committed);

    /** A delivery of the message was counted as failed. */
    void failed(Subscription subscription, int code, long sequence);

    /** All that the consumer holds went back; consumer 0: what the session still held of the subscription. */
    void returned(Session session, Subscription subscription, long consumerId, long epoch);

    /** A consumer attached. */
    void consumerOpened(Session session, long consumerId, Subscription subscription);

    /** A consumer left. */
    void consumerClosed(Session session, long consumerId, Subscription subscription);

    /** A subscription was made. */
    void subscriptionAdded(Subscription subscription);

    /** A subscription is no more, with its place in all messages. */
    void subscriptionRemoved(Subscription subscription);

    /** An address is no more. */
    void addressRemoved(Address address);

    /** A message has expired and is pending for some subscription. */
    void expiryDue(Address address, int priority, long sequence);
}
