package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.link.Link.ConsumerSpec;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.wire.codec.SubscriptionKind;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A session of the classic API, for queues and topics or for one of them: checks what the standard asks for, then one call inward
 * to its {@link SessionCore}. One thread at a time, but for close.
 */
class ClassicSession implements Session, QueueSession, TopicSession {

    private final ClassicConnection connection;
    private final Domain domain;
    private final int mode;
    private final SessionCore core;
    private final List<ClassicBrowser> browsers = new CopyOnWriteArrayList<>();

    ClassicSession(ClassicConnection connection, Domain domain, int mode, long number) {
        this(connection, domain, mode, false, number);
    }

    /** {@code xa}: it may work for branches of global transactions. */
    ClassicSession(ClassicConnection connection, Domain domain, int mode, boolean xa, long number) {
        this.connection = connection;
        this.domain = domain;
        this.mode = mode;
        this.core = new SessionCore(connection, mode, xa, number);
    }

    SessionCore core() {
        return core;
    }

    ClassicConnection connection() {
        return connection;
    }

    // ---- messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().bytes();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().map();
    }

    @Override
    public Message createMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().message();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().object();
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        ObjectMessage message = createObjectMessage();
        message.setObject(object);
        return message;
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().stream();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        core.checkOpen();
        return connection.messages().text();
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        TextMessage message = createTextMessage();
        message.setText(text);
        return message;
    }

    // ---- destinations

    @Override
    public Queue createQueue(@Nullable String name) throws JMSException {
        refuse(Domain.TOPIC, "createQueue");
        return new SluiceQueue(checkName(name));
    }

    @Override
    public Topic createTopic(@Nullable String name) throws JMSException {
        refuse(Domain.QUEUE, "createTopic");
        return new SluiceTopic(checkName(name));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        refuse(Domain.TOPIC, "createTemporaryQueue");
        return connection.addresses().createTemporaryQueue();
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        refuse(Domain.QUEUE, "createTemporaryTopic");
        return connection.addresses().createTemporaryTopic();
    }

    private static String checkName(@Nullable String name) throws JMSException {
        String fault = SluiceDestination.nameFault(name);
        if (name == null || fault != null) {
            throw new InvalidDestinationException(fault);
        }
        return name;
    }

    private void refuse(Domain refused, String method) throws JMSException {
        core.checkOpen();
        if (domain == refused) {
            throw new IllegalStateException(
                    method + " does not belong to a " + (domain == Domain.QUEUE ? "QueueSession" : "TopicSession"));
        }
    }

    // ---- producers

    @Override
    public ClassicProducer createProducer(@Nullable Destination destination) throws JMSException {
        core.checkOpen();
        SluiceDestination target = destination == null ? null : SluiceDestination.of(destination);
        if (target != null) {
            long ignored = connection.addresses().resolve(target);
        }
        return new ClassicProducer(this, target);
    }

    @Override
    public ClassicProducer createSender(@Nullable Queue queue) throws JMSException {
        return createProducer(queue);
    }

    @Override
    public ClassicProducer createPublisher(@Nullable Topic topic) throws JMSException {
        return createProducer(topic);
    }

    // ---- consumers

    @Override
    public ClassicConsumer createConsumer(@Nullable Destination destination) throws JMSException {
        return createConsumer(destination, null, false);
    }

    @Override
    public ClassicConsumer createConsumer(@Nullable Destination destination, @Nullable String selector)
            throws JMSException {
        return createConsumer(destination, selector, false);
    }

    @Override
    public ClassicConsumer createConsumer(@Nullable Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        core.checkOpen();
        SluiceDestination source = SluiceDestination.of(destination);
        boolean queue = source instanceof Queue;
        SubscriptionKind kind = queue ? SubscriptionKind.QUEUE : SubscriptionKind.NON_DURABLE;
        return open(source, kind, "", selector, noLocal && !queue);
    }

    @Override
    public QueueReceiver createReceiver(@Nullable Queue queue) throws JMSException {
        return createConsumer(queue, null, false);
    }

    @Override
    public QueueReceiver createReceiver(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        return createConsumer(queue, selector, false);
    }

    @Override
    public ClassicConsumer createSubscriber(@Nullable Topic topic) throws JMSException {
        return createConsumer(topic, null, false);
    }

    @Override
    public ClassicConsumer createSubscriber(@Nullable Topic topic, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return createConsumer(topic, selector, noLocal);
    }

    @Override
    public ClassicConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        return createSharedConsumer(topic, name, null);
    }

    @Override
    public ClassicConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name, @Nullable String selector)
            throws JMSException {
        refuse(Domain.QUEUE, "createSharedConsumer");
        return openNamed(topic, SubscriptionKind.SHARED_NON_DURABLE, name, selector, false);
    }

    @Override
    public ClassicConsumer createDurableSubscriber(@Nullable Topic topic, @Nullable String name) throws JMSException {
        return createDurableConsumer(topic, name, null, false);
    }

    @Override
    public ClassicConsumer createDurableSubscriber(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return createDurableConsumer(topic, name, selector, noLocal);
    }

    @Override
    public ClassicConsumer createDurableConsumer(@Nullable Topic topic, @Nullable String name) throws JMSException {
        return createDurableConsumer(topic, name, null, false);
    }

    @Override
    public ClassicConsumer createDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        refuse(Domain.QUEUE, "createDurableConsumer");
        return openNamed(topic, SubscriptionKind.DURABLE, name, selector, noLocal);
    }

    @Override
    public ClassicConsumer createSharedDurableConsumer(@Nullable Topic topic, @Nullable String name)
            throws JMSException {
        return createSharedDurableConsumer(topic, name, null);
    }

    @Override
    public ClassicConsumer createSharedDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) throws JMSException {
        refuse(Domain.QUEUE, "createSharedDurableConsumer");
        return openNamed(topic, SubscriptionKind.SHARED_DURABLE, name, selector, false);
    }

    private ClassicConsumer openNamed(
            @Nullable Topic topic,
            SubscriptionKind kind,
            @Nullable String name,
            @Nullable String selector,
            boolean noLocal)
            throws JMSException {
        SluiceDestination source = SluiceDestination.of(topic);
        boolean durable = kind != SubscriptionKind.SHARED_NON_DURABLE;
        if (durable && source.kind().isTemporary()) {
            throw new InvalidDestinationException(source + " is temporary; a durable subscription would outlive it");
        }
        if (name == null || name.isEmpty()) {
            throw new JMSException("the name of the subscription is null or empty");
        }
        if (kind == SubscriptionKind.DURABLE && connection.currentClientId() == null) {
            throw new IllegalStateException(
                    "a durable subscription that is not shared needs a client identifier: call setClientID, or give"
                            + " the option client.id");
        }
        return open(source, kind, name, selector, noLocal);
    }

    private ClassicConsumer open(
            SluiceDestination source,
            SubscriptionKind kind,
            String subscription,
            @Nullable String selector,
            boolean noLocal)
            throws JMSException {
        connection.checkOpen();
        String filter = selector == null || selector.isBlank() ? null : selector;
        long addressId = connection.addresses().resolveForConsumer(source);
        long id = connection.nextConsumerId(addressId);
        ConsumerCore consumer = core.add(new ConsumerCore(
                core, id, source, isAlone(kind), connection.options().prefetch()));
        ConsumerSpec spec = new ConsumerSpec(
                id,
                addressId,
                kind,
                noLocal,
                subscription,
                filter == null ? "" : filter,
                connection.options().redelivery().onLink());
        Reply opening = connection.link().openConsumer(spec, consumer);
        boolean opened = false;
        try {
            long ignored = Replies.await(opening, "a consumer of " + source);
            opened = true;
        } finally {
            if (!opened) {
                connection.addresses().forget(source);
                core.discard(consumer);
                closeOnceOpen(opening, id);
            }
        }
        core.grant(consumer);
        try {
            core.checkOpen(consumer);
        } catch (IllegalStateException closed) {
            // The session was closed while the server answered, and the close was on its way before the consumer was.
            closeOnceOpen(opening, id);
            throw closed;
        }
        return new ClassicConsumer(core, consumer, filter, noLocal);
    }

    /** Whether what a consumer receives by a subscription of this kind cannot come again, whatever happens; see {@link ConsumerCore#alone}. */
    private boolean isAlone(SubscriptionKind kind) {
        return kind == SubscriptionKind.NON_DURABLE
                && core.transacting() == null
                && !connection.options().strictAcknowledge();
    }

    /** The wait for it was interrupted: what the server opens all the same is closed. */
    private void closeOnceOpen(Reply opening, long consumerId) {
        opening.whenDone((value, failure) -> {
            if (failure == null) {
                Reply unused = connection.link().closeConsumer(consumerId, new Ranges());
            }
        });
    }

    @Override
    public void unsubscribe(@Nullable String name) throws JMSException {
        refuse(Domain.QUEUE, "unsubscribe");
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("the name of the subscription is null or empty");
        }
        long ignored = Replies.await(connection.link().unsubscribe(name), "the end of subscription " + name);
    }

    // ---- browsers

    @Override
    public ClassicBrowser createBrowser(@Nullable Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public ClassicBrowser createBrowser(@Nullable Queue queue, @Nullable String selector) throws JMSException {
        refuse(Domain.TOPIC, "createBrowser");
        SluiceDestination source = SluiceDestination.of(queue);
        ClassicBrowser browser =
                new ClassicBrowser(this, source, selector == null || selector.isBlank() ? null : selector);
        browser.check();
        browsers.add(browser);
        return browser;
    }

    void forget(ClassicBrowser browser) {
        browsers.remove(browser);
    }

    // ---- the session itself

    @Override
    public boolean getTransacted() throws JMSException {
        core.checkOpen();
        return mode == SESSION_TRANSACTED;
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        core.checkOpen();
        return mode;
    }

    @Override
    public void commit() throws JMSException {
        transacting("commit").commit();
    }

    @Override
    public void rollback() throws JMSException {
        transacting("rollback").rollback();
    }

    private Transacting transacting(String method) throws JMSException {
        core.checkOpen();
        Transacting transacting = core.transacting();
        if (mode != SESSION_TRANSACTED || transacting == null) {
            throw new IllegalStateException(method + " needs a transacted session; this one is not");
        }
        core.refuseInCompletion("Session." + method);
        return transacting;
    }

    @Override
    public void recover() throws JMSException {
        core.checkOpen();
        if (getTransacted()) {
            throw new IllegalStateException("recover is not for a transacted session; roll back");
        }
        core.recover();
    }

    @Override
    public void close() throws JMSException {
        core.refuseInCallback("Session.close");
        boolean ignored = close(() -> false);
    }

    /** Closes; false when it was closed before. {@code away}: whether the connection closes, and has no server now. */
    boolean close(BooleanSupplier away) {
        if (!core.close(away)) {
            return false;
        }
        for (ClassicBrowser browser : List.copyOf(browsers)) {
            browser.close();
        }
        connection.forget(this);
        return true;
    }

    // ---- a facility for application servers, whose messages come only from connection consumers

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        core.checkOpen();
        return null;
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        core.checkOpen();
        if (listener != null) {
            throw new JMSException("a session's own listener belongs to connection consumers, an optional facility for"
                    + " application servers that Sluice does not offer; set the listener of a consumer");
        }
    }

    @Override
    public void run() {
        // Only a connection consumer assigns messages to a session; there are none, so none are left to process.
    }

    /** Its name, as its thread has it, and how it acknowledges. */
    @Override
    public String toString() {
        String how = switch (mode) {
            case SESSION_TRANSACTED -> "SESSION_TRANSACTED";
            case AUTO_ACKNOWLEDGE -> "AUTO_ACKNOWLEDGE";
            case CLIENT_ACKNOWLEDGE -> "CLIENT_ACKNOWLEDGE";
            case DUPS_OK_ACKNOWLEDGE -> "DUPS_OK_ACKNOWLEDGE";
            default -> "INDIVIDUAL_ACKNOWLEDGE";
        };
        return "SluiceSession[" + core + ", " + how + "]";
    }
}
