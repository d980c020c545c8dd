package dev.sluice.jms;

import static dev.sluice.jms.JmsErrors.nullable;
import static dev.sluice.jms.JmsErrors.unchecked;

import dev.sluice.Sluice;
import dev.sluice.SluiceListener;
import dev.sluice.base.Monitor;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.jms.JmsErrors.Call;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A context of the simplified API: one session on a connection that it shares with the contexts made from it; the last one that is
 * closed closes the connection. One thread at a time, but for close and createContext.
 */
public class SimplifiedContext implements JMSContext, Sluice {
    private final Shared shared;
    private final ClassicSession session;
    private boolean autoStart = true;
    private @Nullable ClassicProducer sender;

    /** The connection of several contexts, and which of them are open. */
    private static final class Shared {
        private final Monitor monitor = new Monitor();
        private final ClassicConnection connection;
        private final Set<ClassicSession> open = new HashSet<>();

        Shared(ClassicConnection connection) {
            this.connection = connection;
        }

        void add(ClassicSession session) {
            monitor.enter();
            try {
                open.add(session);
            } finally {
                monitor.leave();
            }
        }

        /** Whether that was the last open one. */
        boolean remove(ClassicSession session) {
            monitor.enter();
            try {
                return open.remove(session) && open.isEmpty();
            } finally {
                monitor.leave();
            }
        }
    }

    /** The first context on its own connection. */
    public SimplifiedContext(ClassicConnection connection, int sessionMode) throws JMSException {
        this(new Shared(connection), sessionMode);
    }

    private SimplifiedContext(Shared shared, int sessionMode) throws JMSException {
        this(shared, shared.connection.newSession(sessionMode, Domain.ANY));
    }

    /** The first context on its own connection, of this session. */
    SimplifiedContext(ClassicConnection connection, ClassicSession session) {
        this(new Shared(connection), session);
    }

    private SimplifiedContext(Shared shared, ClassicSession session) {
        this.shared = shared;
        this.session = session;
        shared.add(session);
    }

    /** Runs {@code call} on the session; from then on the client identifier is settled. */
    private <T> T with(Call<T> call) {
        return unchecked(() -> {
            session.core().checkOpen();
            shared.connection.use();
            return call.run();
        });
    }

    private ClassicConnection connection() throws JMSException {
        session.core().checkOpen();
        return shared.connection;
    }

    // ---- beyond the standard

    @Override
    public State state() {
        return shared.connection.state();
    }

    @Override
    public String server() {
        return shared.connection.server();
    }

    @Override
    public void setListener(@Nullable SluiceListener listener) {
        shared.connection.setListener(listener);
    }

    @Override
    public Optional<SluiceListener> listener() {
        return shared.connection.listener();
    }

    // ---- contexts, the connection

    @Override
    public JMSContext createContext(int sessionMode) {
        return with(() -> new SimplifiedContext(shared, sessionMode));
    }

    @Override
    public @Nullable String getClientID() {
        return nullable(() -> connection().getClientID());
    }

    @Override
    public void setClientID(@Nullable String clientId) {
        JmsErrors.run(() -> connection().setClientID(clientId));
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return unchecked(() -> connection().getMetaData());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return nullable(() -> connection().getExceptionListener());
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        JmsErrors.run(() -> connection().setExceptionListener(listener));
    }

    @Override
    public void start() {
        JmsErrors.run(() -> connection().start());
    }

    @Override
    public void stop() {
        JmsErrors.run(() -> connection().stop());
    }

    @Override
    public void setAutoStart(boolean newAutoStart) {
        JmsErrors.run(() -> session.core().checkOpen());
        autoStart = newAutoStart;
    }

    @Override
    public boolean getAutoStart() {
        JmsErrors.run(() -> session.core().checkOpen());
        return autoStart;
    }

    @Override
    public void close() {
        JmsErrors.run(() -> {
            session.core().refuseInCallback("JMSContext.close");
            if (shared.remove(session)) {
                shared.connection.close();
            } else {
                boolean ignored = session.close(() -> false);
            }
        });
    }

    // ---- messages

    @Override
    public BytesMessage createBytesMessage() {
        return with(session::createBytesMessage);
    }

    @Override
    public MapMessage createMapMessage() {
        return with(session::createMapMessage);
    }

    @Override
    public Message createMessage() {
        return with(session::createMessage);
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return with(() -> session.createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) {
        return with(() -> session.createObjectMessage(object));
    }

    @Override
    public StreamMessage createStreamMessage() {
        return with(session::createStreamMessage);
    }

    @Override
    public TextMessage createTextMessage() {
        return with(() -> session.createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) {
        return with(() -> session.createTextMessage(text));
    }

    // ---- the session

    @Override
    public boolean getTransacted() {
        return unchecked(session::getTransacted);
    }

    @Override
    public int getSessionMode() {
        return unchecked(session::getAcknowledgeMode);
    }

    @Override
    public void commit() {
        JmsErrors.run(session::commit);
    }

    @Override
    public void rollback() {
        JmsErrors.run(session::rollback);
    }

    @Override
    public void recover() {
        JmsErrors.run(session::recover);
    }

    @Override
    public void acknowledge() {
        JmsErrors.run(() -> session.core().acknowledge(null));
    }

    // ---- producers

    @Override
    public JMSProducer createProducer() {
        return with(() -> {
            if (sender == null) {
                sender = session.createProducer(null);
            }
            return new SimplifiedProducer(session, sender);
        });
    }

    // ---- consumers

    private JMSConsumer consumer(Call<ClassicConsumer> create) {
        return with(() -> {
            ClassicConsumer consumer = create.run();
            if (autoStart) {
                shared.connection.start();
            }
            return new SimplifiedConsumer(consumer);
        });
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination) {
        return consumer(() -> session.createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination, @Nullable String selector) {
        return consumer(() -> session.createConsumer(destination, selector));
    }

    @Override
    public JMSConsumer createConsumer(@Nullable Destination destination, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createConsumer(destination, selector, noLocal));
    }

    @Override
    public JMSConsumer createDurableConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            @Nullable Topic topic, @Nullable String name, @Nullable String selector) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public JMSConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name) {
        return consumer(() -> session.createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(@Nullable Topic topic, @Nullable String name, @Nullable String selector) {
        return consumer(() -> session.createSharedConsumer(topic, name, selector));
    }

    @Override
    public void unsubscribe(@Nullable String name) {
        JmsErrors.run(() -> {
            session.core().checkOpen();
            shared.connection.use();
            session.unsubscribe(name);
        });
    }

    // ---- destinations, browsers

    @Override
    public Queue createQueue(@Nullable String name) {
        return with(() -> session.createQueue(name));
    }

    @Override
    public Topic createTopic(@Nullable String name) {
        return with(() -> session.createTopic(name));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return with(session::createTemporaryQueue);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return with(session::createTemporaryTopic);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue) {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(@Nullable Queue queue, @Nullable String selector) {
        return with(() -> {
            QueueBrowser browser = session.createBrowser(queue, selector);
            if (autoStart) {
                shared.connection.start();
            }
            return browser;
        });
    }

    /** Its session, on which connection. */
    @Override
    public String toString() {
        return "SluiceContext[" + session + ", " + shared.connection + "]";
    }
}
