package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.SluiceException;
import dev.sluice.jms.Messages.Outgoing;
import dev.sluice.link.Answer;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the classic API, for one destination or for any. One thread at a time; its completion listeners run on a thread of
 * the session, one after the other, in the order of the sends.
 */
final class ClassicProducer implements QueueSender, TopicPublisher {
    private final ClassicSession session;
    private final ClassicConnection connection;
    private final @Nullable SluiceDestination target;
    private SendOptions options = SendOptions.DEFAULT;
    private boolean closed;

    ClassicProducer(ClassicSession session, @Nullable SluiceDestination target) {
        this.session = session;
        this.connection = session.connection();
        this.target = target;
    }

    private void checkOpen() throws JMSException {
        session.core().checkOpen();
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
    }

    // ---- options

    @Override
    public void setDisableMessageID(boolean value) throws JMSException {
        checkOpen();
        options = options.withIdDisabled(value);
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        checkOpen();
        return options.idDisabled();
    }

    @Override
    public void setDisableMessageTimestamp(boolean value) throws JMSException {
        checkOpen();
        options = options.withTimestampDisabled(value);
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        checkOpen();
        return options.timestampDisabled();
    }

    @Override
    public void setDeliveryMode(int deliveryMode) throws JMSException {
        checkOpen();
        options = options.withDeliveryMode(deliveryMode);
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        checkOpen();
        return options.deliveryMode();
    }

    @Override
    public void setPriority(int defaultPriority) throws JMSException {
        checkOpen();
        options = options.withPriority(defaultPriority);
    }

    @Override
    public int getPriority() throws JMSException {
        checkOpen();
        return options.priority();
    }

    @Override
    public void setTimeToLive(long timeToLive) throws JMSException {
        checkOpen();
        options = options.withTimeToLive(timeToLive);
    }

    @Override
    public long getTimeToLive() throws JMSException {
        checkOpen();
        return options.timeToLiveMillis();
    }

    @Override
    public void setDeliveryDelay(long deliveryDelay) throws JMSException {
        checkOpen();
        options = options.withDelay(deliveryDelay);
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        checkOpen();
        return options.delayMillis();
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        checkOpen();
        return target;
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        checkOpen();
        return target instanceof Queue queue ? queue : null;
    }

    @Override
    public @Nullable Topic getTopic() throws JMSException {
        checkOpen();
        return target instanceof Topic topic ? topic : null;
    }

    @Override
    public void close() throws JMSException {
        if (closed) {
            return;
        }
        SessionCore core = session.core();
        if (core.completions.isCurrentThread()) {
            throw new IllegalStateException("MessageProducer.close was called by a completion listener of its own");
        }
        closed = true;
        core.completions.awaitIdle(Long.MAX_VALUE);
    }

    // ---- send

    @Override
    public void send(Message message) throws JMSException {
        sendNow(ownTarget(), message, options);
    }

    @Override
    public void send(Message message, int deliveryMode, int priority, long timeToLive) throws JMSException {
        sendNow(ownTarget(), message, options(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Destination destination, Message message) throws JMSException {
        sendNow(givenTarget(destination), message, options);
    }

    @Override
    public void send(
            @Nullable Destination destination, Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        sendNow(givenTarget(destination), message, options(deliveryMode, priority, timeToLive));
    }

    @Override
    public void send(@Nullable Queue queue, Message message) throws JMSException {
        send((Destination) queue, message);
    }

    @Override
    public void send(@Nullable Queue queue, Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) queue, message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void publish(Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(Message message, int deliveryMode, int priority, long timeToLive) throws JMSException {
        send(message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void publish(@Nullable Topic topic, Message message) throws JMSException {
        send((Destination) topic, message);
    }

    @Override
    public void publish(@Nullable Topic topic, Message message, int deliveryMode, int priority, long timeToLive)
            throws JMSException {
        send((Destination) topic, message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void send(Message message, CompletionListener completion) throws JMSException {
        sendLater(ownTarget(), message, options, completion);
    }

    @Override
    public void send(Message message, int deliveryMode, int priority, long timeToLive, CompletionListener completion)
            throws JMSException {
        sendLater(ownTarget(), message, options(deliveryMode, priority, timeToLive), completion);
    }

    @Override
    public void send(@Nullable Destination destination, Message message, CompletionListener completion)
            throws JMSException {
        sendLater(givenTarget(destination), message, options, completion);
    }

    @Override
    public void send(
            @Nullable Destination destination,
            Message message,
            int deliveryMode,
            int priority,
            long timeToLive,
            CompletionListener completion)
            throws JMSException {
        sendLater(givenTarget(destination), message, options(deliveryMode, priority, timeToLive), completion);
    }

    private SendOptions options(int deliveryMode, int priority, long timeToLive) throws JMSException {
        return options.withDeliveryMode(deliveryMode).withPriority(priority).withTimeToLive(timeToLive);
    }

    private SluiceDestination ownTarget() throws JMSException {
        checkOpen();
        if (target == null) {
            throw new UnsupportedOperationException(
                    "the producer was made without a destination; use a send that names one");
        }
        return target;
    }

    private SluiceDestination givenTarget(@Nullable Destination destination) throws JMSException {
        checkOpen();
        if (target != null) {
            throw new UnsupportedOperationException(
                    "the producer was made for " + target + "; use a send that names no destination");
        }
        if (destination == null) {
            throw new InvalidDestinationException("the destination is null; give a queue or a topic");
        }
        return SluiceDestination.of(destination);
    }

    void sendNow(SluiceDestination destination, @Nullable Message message, SendOptions how) throws JMSException {
        boolean isNew = connection.addresses().isNew(destination);
        Reply reply = transmit(destination, message, how, true);
        if (session.core().work() != null) {
            // The commit waits for all that were sent in it; what could not even be sent is known now.
            if (reply.isDone()) {
                long ignored = Replies.await(reply, "a message");
            }
            return;
        }
        if (isConfirmed(reply)) {
            return;
        }
        // It was new to the server too: now its id is known. Or it was deleted there since: a lasting one is made
        // again.
        if (isNew) {
            long unused = connection.addresses().resolve(destination);
            if (isConfirmed(transmit(destination, message, how, true))) {
                return;
            }
        }
        connection.addresses().forget(destination);
        long unused = connection.addresses().resolve(destination);
        long ignored = Replies.await(transmit(destination, message, how, true), "the confirmation of a message");
    }

    /** Waits; false when the server does not know the destination. */
    private static boolean isConfirmed(Reply reply) throws JMSException {
        try {
            long ignored = Replies.await(reply, "the confirmation of a message");
            return true;
        } catch (InvalidDestinationException gone) {
            if (!isUnknown(gone)) {
                throw gone;
            }
            return false;
        }
    }

    private static boolean isUnknown(JMSException error) {
        return SluiceException.in(error)
                .map(why -> why.reason() == SluiceException.Reason.DESTINATION_UNKNOWN)
                .orElse(false);
    }

    void sendLater(
            SluiceDestination destination,
            @Nullable Message message,
            SendOptions how,
            @Nullable CompletionListener completion)
            throws JMSException {
        if (completion == null) {
            throw new IllegalArgumentException("the completion listener is null; use a send without one");
        }
        Reply reply = transmit(destination, message, how, false);
        if (message != null) {
            session.core().completions.run(() -> complete(reply, destination, message, completion));
        }
    }

    private void complete(Reply reply, SluiceDestination destination, Message message, CompletionListener completion) {
        JMSException failure = null;
        try {
            long ignored = Replies.await(reply, "the confirmation of a message");
        } catch (JMSException error) {
            failure = error;
        }
        if (failure == null) {
            completion.onCompletion(message);
        } else {
            connection.addresses().forget(destination);
            completion.onException(message, failure);
        }
    }

    private Reply transmit(SluiceDestination destination, @Nullable Message message, SendOptions how, boolean awaited)
            throws JMSException {
        if (message == null) {
            throw new MessageFormatException("the message is null");
        }
        connection.checkLink();
        Outgoing outgoing = connection.messages().encode(message, destination, how);
        // Whoever waits can send again if that has failed because of the destination.
        boolean isNamedWith = awaited
                && session.core().work() == null
                && how.isPersistent()
                && outgoing.body() == null
                && connection.addresses().isNew(destination);
        long addressId = isNamedWith ? Publication.NAMED_BEFORE : resolve(destination, outgoing);
        Work work = session.core().work();
        if (work != null) {
            return transmit(destination, outgoing, how, addressId, work);
        }
        if (session.core().isShutOut()) {
            outgoing.release();
            throw Transacting.shutOut();
        }
        Publication publication =
                new Publication(addressId, how.priority(), how.timeToLiveMillis(), how.delayMillis(), 0, awaited);
        if (isNamedWith) {
            return connection.addresses().publish(destination, publication, outgoing.envelope());
        }
        if (how.isPersistent()) {
            return connection.link().publish(publication, outgoing.envelope(), outgoing.body());
        }
        try {
            connection.link().publishTransient(publication, outgoing.envelope(), outgoing.body());
        } catch (LinkException unsent) {
            throw JmsErrors.of(unsent);
        }
        return Answer.done(0);
    }

    private long resolve(SluiceDestination destination, Outgoing outgoing) throws JMSException {
        try {
            return connection.addresses().resolve(destination);
        } catch (JMSException | RuntimeException unresolved) {
            outgoing.release();
            throw unresolved;
        }
    }

    /** Within a transaction a non-persistent message travels like a persistent one: it must be there at the commit. */
    private Reply transmit(SluiceDestination destination, Outgoing outgoing, SendOptions how, long addressId, Work work)
            throws JMSException {
        long id;
        try {
            id = work.forSend();
        } catch (JMSException failed) {
            outgoing.release();
            throw failed;
        }
        Publication publication =
                new Publication(addressId, how.priority(), how.timeToLiveMillis(), how.delayMillis(), id, false);
        Reply reply = connection.link().publish(publication, outgoing.envelope(), outgoing.body());
        work.sent(reply);
        reply.whenDone((value, refusal) -> {
            if (refusal != null) {
                connection.addresses().forget(destination);
            }
        });
        return reply;
    }

    /** Where it sends to. */
    @Override
    public String toString() {
        return "SluiceProducer[" + (target == null ? "any destination" : target) + "]";
    }
}
