package dev.sluice.jms;

import dev.sluice.ClientOptions;
import dev.sluice.Sluice;
import dev.sluice.SluiceListener;
import dev.sluice.base.Monitor;
import dev.sluice.base.SerialTasks;
import dev.sluice.base.SharedLong;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the classic API: one link, its sessions, and the rules about them. Thread-safe. */
public class ClassicConnection implements Connection, QueueConnection, TopicConnection, Sluice {
    private static final Logger LOG = LoggerFactory.getLogger(ClassicConnection.class);

    private static final SharedLong NUMBERS = new SharedLong(0);
    private static final SharedLong SESSION_NUMBERS = new SharedLong(0);

    /** For which domain a connection or session was made; the ones of a single domain refuse the other's methods. */
    public enum Domain {
        /** Queues and topics. */
        ANY,
        /** Queues only. */
        QUEUE,
        /** Topics only. */
        TOPIC
    }

    private enum State {
        FRESH,
        USED,
        CLOSING,
        CLOSED
    }

    private final Monitor monitor = new Monitor();
    private final Domain domain;
    private final ClientOptions options;
    private final Link link;
    private final LinkEvents events;
    private final Messages messages;
    private final Addresses addresses;
    private final SharedLong consumerIds = new SharedLong(0);
    private final SharedLong transactionIds = new SharedLong(0);
    private final SerialTasks reports = new SerialTasks("sluice-exceptions-" + NUMBERS.add(1));
    private final List<ClassicSession> sessions = new ArrayList<>();
    private State state = State.FRESH;
    private boolean started;
    private @Nullable String clientId;
    private @Nullable ExceptionListener exceptionListener;
    private @Nullable SluiceListener listener;
    private @Nullable LinkException failure;

    /** A connection on an open link, whose events come by {@code events}. */
    ClassicConnection(Domain domain, ClientOptions options, Link link, LinkEvents events) {
        this.domain = domain;
        this.options = options;
        this.link = link;
        this.events = events;
        this.messages = new Messages(link, options.deserializationAllow());
        this.addresses = new Addresses(link);
        this.clientId = options.identity().clientId();
    }

    Link link() {
        return link;
    }

    ClientOptions options() {
        return options;
    }

    Messages messages() {
        return messages;
    }

    Addresses addresses() {
        return addresses;
    }

    /** For a consumer or browser of a destination: on the shard that has this. */
    long nextConsumerId(long addressId) {
        return ShardIds.beside(addressId, consumerIds.add(1));
    }

    long nextTransactionId() {
        return transactionIds.add(1);
    }

    // ---- the link's events

    void interrupted(LinkException reason) {
        tell(hearer -> hearer.interrupted(this, JmsErrors.typed(reason)));
    }

    void resumed(String server) {
        for (ClassicSession session : snapshot()) {
            session.core().resumed();
        }
        tell(hearer -> hearer.resumed(this, server));
    }

    void failed(LinkException reason) {
        boolean report;
        monitor.enter();
        try {
            failure = reason;
            report = state == State.FRESH || state == State.USED;
        } finally {
            monitor.leave();
        }
        for (ClassicSession session : snapshot()) {
            session.core().failed(reason);
        }
        if (report) {
            LOG.error("connection failed: {}", reason.getMessage());
            report(JmsErrors.of(reason));
            tell(hearer -> hearer.failed(this, JmsErrors.typed(reason)));
        }
        reports.retire();
    }

    /** Tells the listener of Sluice's own, if there is one, on the thread of the exception listener: it may block, the link may not. */
    private void tell(Consumer<SluiceListener> event) {
        if (hearer() != null) {
            reports.run(() -> {
                SluiceListener current = hearer();
                if (current != null) {
                    event.accept(current);
                }
            });
        }
    }

    /** Who is told of events; no one when the connection is closed. */
    private @Nullable SluiceListener hearer() {
        monitor.enter();
        try {
            return state == State.CLOSING || state == State.CLOSED ? null : listener;
        } finally {
            monitor.leave();
        }
    }

    /** Tells the exception listener, on its own thread, one problem after the other. */
    void report(JMSException problem) {
        reports.run(() -> {
            ExceptionListener listener = currentExceptionListener();
            if (listener == null) {
                LOG.warn("a problem without an exception listener: {}", problem.getMessage());
            } else {
                listener.onException(problem);
            }
        });
    }

    private @Nullable ExceptionListener currentExceptionListener() {
        monitor.enter();
        try {
            return exceptionListener;
        } finally {
            monitor.leave();
        }
    }

    // ---- beyond the standard

    @Override
    public Sluice.State state() {
        monitor.enter();
        try {
            if (state == State.CLOSING || state == State.CLOSED) {
                return Sluice.State.CLOSED;
            }
            if (failure != null) {
                return Sluice.State.FAILED;
            }
        } finally {
            monitor.leave();
        }
        return events.isAway() ? Sluice.State.INTERRUPTED : Sluice.State.CONNECTED;
    }

    /** Whether nothing can be said to the server now. */
    boolean isAway() {
        return events.isAway();
    }

    @Override
    public String server() {
        return events.server();
    }

    @Override
    public void setListener(@Nullable SluiceListener newListener) {
        monitor.enter();
        try {
            listener = newListener;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public Optional<SluiceListener> listener() {
        monitor.enter();
        try {
            return Optional.ofNullable(listener);
        } finally {
            monitor.leave();
        }
    }

    // ---- sessions

    @Override
    public Session createSession() throws JMSException {
        return session(Session.AUTO_ACKNOWLEDGE, Domain.ANY);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return session(sessionMode, Domain.ANY);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(mode(transacted, acknowledgeMode), Domain.ANY);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(mode(transacted, acknowledgeMode), Domain.QUEUE);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(mode(transacted, acknowledgeMode), Domain.TOPIC);
    }

    private static int mode(boolean transacted, int acknowledgeMode) throws JMSException {
        if (transacted) {
            return Session.SESSION_TRANSACTED;
        }
        if (acknowledgeMode == Session.SESSION_TRANSACTED) {
            throw new JMSException("acknowledge mode SESSION_TRANSACTED (0) does not go with transacted=false");
        }
        return acknowledgeMode;
    }

    private ClassicSession session(int mode, Domain sessionDomain) throws JMSException {
        use();
        return newSession(mode, sessionDomain);
    }

    /** A session that does not count as a use of the connection: a JMSContext may still set its client identifier. */
    ClassicSession newSession(int mode, Domain sessionDomain) throws JMSException {
        switch (mode) {
            case Session.AUTO_ACKNOWLEDGE,
                    Session.CLIENT_ACKNOWLEDGE,
                    Session.DUPS_OK_ACKNOWLEDGE,
                    Session.SESSION_TRANSACTED,
                    Sluice.INDIVIDUAL_ACKNOWLEDGE -> {}
            default ->
                throw new JMSException(
                        "acknowledge mode " + mode + " is not one of SESSION_TRANSACTED (0), AUTO_ACKNOWLEDGE (1),"
                                + " CLIENT_ACKNOWLEDGE (2), DUPS_OK_ACKNOWLEDGE (3) and INDIVIDUAL_ACKNOWLEDGE (101)");
        }
        checkOpen();
        return register(new ClassicSession(this, sessionDomain, mode, nextSessionNumber()));
    }

    static long nextSessionNumber() {
        return SESSION_NUMBERS.add(1);
    }

    <S extends ClassicSession> S register(S session) {
        boolean startNow;
        monitor.enter();
        try {
            sessions.add(session);
            startNow = started;
        } finally {
            monitor.leave();
        }
        if (startNow) {
            session.core().start();
        }
        return session;
    }

    void forget(ClassicSession session) {
        monitor.enter();
        try {
            sessions.remove(session);
        } finally {
            monitor.leave();
        }
    }

    private List<ClassicSession> snapshot() {
        monitor.enter();
        try {
            return List.copyOf(sessions);
        } finally {
            monitor.leave();
        }
    }

    // ---- client identifier, metadata, exception listener

    @Override
    public @Nullable String getClientID() throws JMSException {
        checkOpen();
        return currentClientId();
    }

    @Nullable String currentClientId() {
        monitor.enter();
        try {
            return clientId;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void setClientID(@Nullable String newClientId) throws JMSException {
        checkOpen();
        monitor.enter();
        try {
            if (clientId != null) {
                throw new IllegalStateException("the client identifier is set already, by setClientID or client.id: "
                        + clientId + "; it cannot be changed");
            }
            if (state != State.FRESH) {
                throw new IllegalStateException(
                        "the client identifier can be set only before anything else is done with the connection");
            }
        } finally {
            monitor.leave();
        }
        if (newClientId == null || newClientId.isEmpty()) {
            throw new InvalidClientIDException("the client identifier is null or empty");
        }
        long ignored = Replies.await(link.setClientId(newClientId), "the client identifier");
        monitor.enter();
        try {
            clientId = newClientId;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        checkOpen();
        return ProviderFacts.FACTS;
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        checkOpen();
        return currentExceptionListener();
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        checkOpen();
        monitor.enter();
        try {
            exceptionListener = listener;
        } finally {
            monitor.leave();
        }
    }

    // ---- start, stop, close

    /** From now on the client identifier cannot be set. */
    void use() throws JMSException {
        monitor.enter();
        try {
            if (state == State.FRESH) {
                state = State.USED;
            }
        } finally {
            monitor.leave();
        }
        checkOpen();
    }

    void checkOpen() throws JMSException {
        State now;
        monitor.enter();
        try {
            now = state;
        } finally {
            monitor.leave();
        }
        // A listener that still runs while the connection closes keeps its services until it returns.
        if (now == State.CLOSED || (now == State.CLOSING && !isInListener())) {
            throw new IllegalStateException("the connection is closed");
        }
    }

    /** Refuses what needs a link that has failed for good. */
    void checkLink() throws JMSException {
        LinkException reason;
        monitor.enter();
        try {
            reason = failure;
        } finally {
            monitor.leave();
        }
        if (reason != null) {
            throw JmsErrors.of(reason);
        }
    }

    /** Whether the caller is a message listener of one of the sessions. */
    boolean isInListener() {
        for (ClassicSession session : snapshot()) {
            if (session.core().isInListener()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void start() throws JMSException {
        use();
        setStarted(true);
        for (ClassicSession session : snapshot()) {
            session.core().start();
        }
    }

    @Override
    public void stop() throws JMSException {
        use();
        if (isInListener()) {
            throw new IllegalStateException(
                    "stop was called by a message listener of the connection; it would wait for itself");
        }
        setStarted(false);
        for (ClassicSession session : snapshot()) {
            session.core().stop();
        }
    }

    private void setStarted(boolean newStarted) {
        monitor.enter();
        try {
            started = newStarted;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void close() throws JMSException {
        for (ClassicSession session : snapshot()) {
            session.core().refuseInCallback("Connection.close");
        }
        if (!beginClose()) {
            return;
        }
        reports.retire();
        List<ClassicSession> ending = snapshot();
        ending.forEach(session -> session.core().end());
        Reply closing = awaitEnd(ending);
        List<ClassicSession> open = snapshot();
        for (ClassicSession session : open) {
            boolean ignored = session.close(() -> closing != null || events.isAway());
        }
        Replies.awaitQuietly(List.of(closing == null ? link.close() : closing), SessionCore.CLOSE_MILLIS);
        for (ClassicSession session : open) {
            session.core().completions.awaitIdle(SessionCore.CLOSE_MILLIS);
        }
        monitor.enter();
        try {
            state = State.CLOSED;
            sessions.clear();
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /**
     * Waits for receives and listeners. When one waits for a server that stays away, the link begins to close, whose end tells it that none
     * will answer; null when that was not needed.
     */
    private @Nullable Reply awaitEnd(List<ClassicSession> ending) {
        Reply closing = null;
        long awayMillis = 0;
        for (ClassicSession session : ending) {
            while (!session.core().awaitEnd(SessionCore.AWAY_CHECK_MILLIS)) {
                awayMillis = events.isAway() ? awayMillis + SessionCore.AWAY_CHECK_MILLIS : 0;
                if (closing == null && awayMillis >= SessionCore.CLOSE_MILLIS) {
                    closing = link.close();
                }
            }
        }
        return closing;
    }

    private boolean beginClose() {
        monitor.enter();
        try {
            if (state == State.CLOSING || state == State.CLOSED) {
                // The exception listener may close too, while another thread does.
                while (state != State.CLOSED && !reports.isCurrentThread()) {
                    monitor.awaitQuietly();
                }
                return false;
            }
            state = State.CLOSING;
            return true;
        } finally {
            monitor.leave();
        }
    }

    // ---- connection consumers: a facility for application servers that the standard leaves to the provider

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Destination destination,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw connectionConsumer(destination);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Queue queue, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw connectionConsumer(queue);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Topic topic, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw connectionConsumer(topic);
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw topicConnectionConsumer(topic);
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw topicConnectionConsumer(topic);
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw topicConnectionConsumer(topic);
    }

    private JMSException topicConnectionConsumer(@Nullable Topic topic) throws JMSException {
        checkOpen();
        if (domain == Domain.QUEUE) {
            return new IllegalStateException("a QueueConnection has no connection consumers on topics");
        }
        return connectionConsumer(topic);
    }

    private JMSException connectionConsumer(@Nullable Destination destination) throws JMSException {
        use();
        if (destination == null) {
            return new InvalidDestinationException("the destination is null; give a queue or a topic");
        }
        return new JMSException(
                "connection consumers are an optional facility for application servers, which Sluice does not offer;"
                        + " use one session and consumer for each thread");
    }

    /** Its session on the server by the part of message ids that is the same in all it sends, its client identifier, and its state. */
    @Override
    public String toString() {
        monitor.enter();
        try {
            return String.format(
                    "SluiceConnection[%016x%016x%s, %s, %d sessions]",
                    link.keyHigh(),
                    link.keyLow(),
                    clientId == null ? "" : ", client.id=" + clientId,
                    state == State.CLOSED || state == State.CLOSING ? "closed" : started ? "started" : "stopped",
                    sessions.size());
        } finally {
            monitor.leave();
        }
    }
}
