package dev.sluice;

import dev.sluice.jms.ClassicConnection;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.jms.ClassicXaConnection;
import dev.sluice.jms.Connector;
import dev.sluice.jms.JmsErrors;
import dev.sluice.jms.SimplifiedContext;
import dev.sluice.jms.SimplifiedXaContext;
import dev.sluice.net.Links;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnectionFactory;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections and contexts to Sluice: one class for queues, topics and both. It is made with a URL:
 *
 * <ul>
 *   <li>{@code sluice://host:7676,host2:7676?option=value}: servers on the network, tried in turn; the port is 7676 when left out
 *   <li>{@code sluice:embedded:/path/to/data}: a durable server inside this JVM, started on first use and shared by all who name
 *       the same directory (needs the server's jar)
 *   <li>{@code sluice:mem:name}: the same without a disk
 * </ul>
 *
 * <p>Options, after {@code ?} and joined by {@code &}; special characters are written as {@code %} and two hex digits:
 *
 * <table>
 *   <caption>Options of the URL</caption>
 *   <tr><th>name</th><th>default</th><th>meaning and range</th></tr>
 *   <tr><td>client.id</td><td>none</td><td>client identifier of each connection; only one can be open at a time</td></tr>
 *   <tr><td>user, password</td><td>none</td><td>for connections that are created without a user</td></tr>
 *   <tr><td>prefetch</td><td>256</td><td>messages that a consumer is sent ahead of the application, 1 to 65535</td></tr>
 *   <tr><td>ack.strict</td><td>false</td><td>true: AUTO_ACKNOWLEDGE hands over a message only when the acknowledgement of the one
 *       before is confirmed; false: that one may be on its way, the one before it may not</td></tr>
 *   <tr><td>deserialization.allow</td><td>none</td><td>classes ({@code com.acme.Order}) and packages ({@code com.acme.*}) that an
 *       ObjectMessage may be made of, separated by commas</td></tr>
 *   <tr><td>reconnect.for</td><td>forever</td><td>how long a lost connection tries to come back before it fails: a number with
 *       ms, s, m or h, or forever; 0s does not reconnect</td></tr>
 *   <tr><td>connect.timeout</td><td>10s</td><td>for one attempt to connect, 10ms to 1h</td></tr>
 *   <tr><td>heartbeat</td><td>10s</td><td>silence after which a beat is sent, 100ms to 1h; three beats without an answer end the
 *       socket</td></tr>
 *   <tr><td>redelivery.limit</td><td>the server's</td><td>how often a message is delivered to this connection's consumers, each time failing,
 *       before it goes to the dead-letter queue, 0 to 1000000; 0 for ever</td></tr>
 *   <tr><td>redelivery.delay</td><td>the server's</td><td>how long a message waits after the first delivery that failed, 0ms to 24h</td></tr>
 *   <tr><td>redelivery.delay.multiplier</td><td>the server's</td><td>by how much that grows each further time, 1 to 100</td></tr>
 *   <tr><td>redelivery.delay.max</td><td>the server's</td><td>up to this, 0ms to 24h</td></tr>
 *   <tr><td>shards</td><td>as it has</td><td>of a server in this JVM that is started on first use: into how many shards, each with a thread of
 *       its own, it divides its destinations, 1 to 64; fixed when the directory is made</td></tr>
 * </table>
 *
 * <p>Thread-safe once its properties are set; serializable (the password too), and can be bound in JNDI.
 */
public final class SluiceConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                XAConnectionFactory,
                XAQueueConnectionFactory,
                XATopicConnectionFactory,
                Serializable,
                Referenceable {
    private static final long serialVersionUID = 1L;
    private static final String STANDARD_URL = "sluice://localhost:7676";

    /** As it was given. */
    private String url;

    private transient ClientUrl parsed;

    private transient @Nullable SluiceListener listener;

    /** A factory for the server of this machine, {@code sluice://localhost:7676}. */
    public SluiceConnectionFactory() {
        this(STANDARD_URL);
    }

    /**
     * A factory for a URL.
     *
     * @throws IllegalArgumentException when the URL is wrong; the message says what, and what would be right
     */
    public SluiceConnectionFactory(String url) {
        this.parsed = ClientUrl.parse(url);
        this.url = url;
    }

    /** The URL. */
    public String getUrl() {
        return url;
    }

    /**
     * Sets the URL; later connections use it.
     *
     * @throws IllegalArgumentException when the URL is wrong; the message says what, and what would be right
     */
    public void setUrl(String url) {
        this.parsed = ClientUrl.parse(url);
        this.url = url;
    }

    /** The options that the URL gives. */
    public ClientOptions getOptions() {
        return parsed.options();
    }

    /**
     * Tells {@code listener} of what becomes of each connection and context that this factory makes from now on, also of those that a pool or
     * an application server makes with it and wraps; null for no one. It is not kept when the factory is serialized or bound in JNDI.
     */
    public void setListener(@Nullable SluiceListener listener) {
        this.listener = listener;
    }

    /** Who is told of what becomes of connections. */
    public @Nullable SluiceListener getListener() {
        return listener;
    }

    // ---- connections

    @Override
    public ClassicConnection createConnection() throws JMSException {
        return open(Domain.ANY, parsed.options());
    }

    @Override
    public ClassicConnection createConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return open(Domain.ANY, parsed.options().withCredentials(user, password));
    }

    @Override
    public ClassicConnection createQueueConnection() throws JMSException {
        return open(Domain.QUEUE, parsed.options());
    }

    @Override
    public ClassicConnection createQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(Domain.QUEUE, parsed.options().withCredentials(user, password));
    }

    @Override
    public ClassicConnection createTopicConnection() throws JMSException {
        return open(Domain.TOPIC, parsed.options());
    }

    @Override
    public ClassicConnection createTopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(Domain.TOPIC, parsed.options().withCredentials(user, password));
    }

    private ClassicConnection open(Domain domain, ClientOptions options) throws JMSException {
        ClassicConnection connection = Connector.open(domain, options, Servers.addresses(parsed.target()), Links::open);
        connection.setListener(listener);
        return connection;
    }

    // ---- contexts

    @Override
    public JMSContext createContext() {
        return context(parsed.options(), Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return context(parsed.options(), sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password, int sessionMode) {
        return context(parsed.options().withCredentials(user, password), sessionMode);
    }

    private JMSContext context(ClientOptions options, int sessionMode) {
        try {
            ClassicConnection connection = open(Domain.ANY, options);
            boolean made = false;
            try {
                SimplifiedContext context = new SimplifiedContext(connection, sessionMode);
                made = true;
                return context;
            } finally {
                if (!made) {
                    connection.close();
                }
            }
        } catch (JMSException error) {
            throw JmsErrors.unchecked(error);
        }
    }

    // ---- XA

    @Override
    public ClassicXaConnection createXAConnection() throws JMSException {
        return openXa(Domain.ANY, parsed.options());
    }

    @Override
    public ClassicXaConnection createXAConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return openXa(Domain.ANY, parsed.options().withCredentials(user, password));
    }

    @Override
    public ClassicXaConnection createXAQueueConnection() throws JMSException {
        return openXa(Domain.QUEUE, parsed.options());
    }

    @Override
    public ClassicXaConnection createXAQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return openXa(Domain.QUEUE, parsed.options().withCredentials(user, password));
    }

    @Override
    public ClassicXaConnection createXATopicConnection() throws JMSException {
        return openXa(Domain.TOPIC, parsed.options());
    }

    @Override
    public ClassicXaConnection createXATopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return openXa(Domain.TOPIC, parsed.options().withCredentials(user, password));
    }

    private ClassicXaConnection openXa(Domain domain, ClientOptions options) throws JMSException {
        ClassicXaConnection connection =
                Connector.openXa(domain, options, Servers.addresses(parsed.target()), Links::open);
        connection.setListener(listener);
        return connection;
    }

    /** For {@link SluiceRecovery}: fails instead of waiting for a server that is away. */
    ClassicXaConnection createRecoveryConnection() throws JMSException {
        return openXa(Domain.ANY, parsed.options().forRecovery());
    }

    @Override
    public XAJMSContext createXAContext() {
        return xaContext(parsed.options());
    }

    @Override
    public XAJMSContext createXAContext(@Nullable String user, @Nullable String password) {
        return xaContext(parsed.options().withCredentials(user, password));
    }

    private XAJMSContext xaContext(ClientOptions options) {
        try {
            return new SimplifiedXaContext(openXa(Domain.ANY, options));
        } catch (JMSException error) {
            throw JmsErrors.unchecked(error);
        }
    }

    // ---- keeping it

    /** What JNDI keeps of it; {@link Factory} makes it again. */
    @Override
    public Reference getReference() {
        Reference reference = new Reference(getClass().getName(), Factory.class.getName(), null);
        reference.add(new StringRefAddr("url", url));
        return reference;
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        try {
            parsed = ClientUrl.parse(url);
        } catch (RuntimeException wrong) {
            InvalidObjectException invalid = new InvalidObjectException(wrong.getMessage());
            invalid.initCause(wrong);
            throw invalid;
        }
    }

    /** Where it connects to; never the password. */
    @Override
    public String toString() {
        return "SluiceConnectionFactory[" + parsed.target() + "]";
    }

    /** Makes connection factories from what {@link #getReference} left in JNDI. Stateless. */
    public static final class Factory implements ObjectFactory {
        /** For JNDI. */
        public Factory() {}

        @Override
        public @Nullable Object getObjectInstance(
                @Nullable Object object,
                @Nullable Name bound,
                @Nullable Context context,
                @Nullable Hashtable<?, ?> environment) {
            if (!(object instanceof Reference reference)
                    || !SluiceConnectionFactory.class.getName().equals(reference.getClassName())) {
                return null;
            }
            RefAddr address = reference.get("url");
            return address != null && address.getContent() instanceof String text
                    ? new SluiceConnectionFactory(text)
                    : null;
        }
    }
}
