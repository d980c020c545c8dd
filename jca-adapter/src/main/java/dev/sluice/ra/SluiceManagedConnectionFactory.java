package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionDefinition;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.TransactionSupport;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** Makes and matches the connections of one pool. Made and owned by the container; thread-safe once its properties are set. */
@ConnectionDefinition(
        connectionFactory = jakarta.jms.ConnectionFactory.class,
        connectionFactoryImpl = FactoryHandle.class,
        connection = jakarta.jms.Connection.class,
        connectionImpl = ConnectionHandle.class)
public class SluiceManagedConnectionFactory extends ServerBean
        implements ManagedConnectionFactory,
                ValidatingManagedConnectionFactory,
                ResourceAdapterAssociation,
                TransactionSupport {
    private static final long serialVersionUID = 1L;

    /** How its connections take part in transactions. */
    private TransactionSupportLevel level = TransactionSupportLevel.XATransaction;

    /** Whose properties hold where its own say nothing. */
    private @Nullable SluiceResourceAdapter adapter;

    private transient @Nullable PrintWriter log;

    /** For the container, which sets its properties. */
    public SluiceManagedConnectionFactory() {}

    // ---- properties

    /** How connections take part in transactions: {@code XATransaction}, {@code LocalTransaction} or {@code NoTransaction}. */
    public final String getTransactionMode() {
        return level.name();
    }

    /** Sets it; {@code xa}, {@code local} and {@code none} say the same. */
    public final void setTransactionMode(@Nullable String mode) throws InvalidPropertyException {
        level = switch (mode == null ? "" : mode.strip().toLowerCase(Locale.ROOT)) {
            case "", "xa", "xatransaction" -> TransactionSupportLevel.XATransaction;
            case "local", "localtransaction" -> TransactionSupportLevel.LocalTransaction;
            case "none", "notransaction" -> TransactionSupportLevel.NoTransaction;
            default ->
                throw new InvalidPropertyException("the property transactionMode is '" + mode
                        + "'; it must be XATransaction, LocalTransaction or NoTransaction");
        };
    }

    @Override
    public final TransactionSupportLevel getTransactionSupport() {
        return level;
    }

    @Override
    public final @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public final void setResourceAdapter(ResourceAdapter newAdapter) throws ResourceException {
        if (!(newAdapter instanceof SluiceResourceAdapter own)) {
            throw new InvalidPropertyException("the resource adapter is not Sluice's: " + newAdapter);
        }
        adapter = own;
    }

    /** What holds for its connections. */
    final ServerSettings effective() {
        return adapter == null ? settings() : settingsBeside(adapter.settings()).orElse(adapter.settings());
    }

    /** Whether the calling thread has a transaction that connections of this factory take part in. */
    final @Nullable Object transactionOfCaller() {
        return adapter == null ? null : adapter.transactionOfCaller();
    }

    final boolean isInTransaction() {
        return level != TransactionSupportLevel.NoTransaction && adapter != null && adapter.isInTransaction();
    }

    /** Which of its sessions work for a transaction; known to all of the adapter. */
    final Branches branches() {
        return adapter == null ? new Branches() : adapter.branches();
    }

    // ---- factories

    @Override
    public final Object createConnectionFactory(ConnectionManager manager) {
        return new FactoryHandle(this, manager);
    }

    @Override
    public final Object createConnectionFactory() {
        return new FactoryHandle(this, new UnmanagedConnections());
    }

    // ---- connections

    @Override
    public final ManagedConnection createManagedConnection(
            @Nullable Subject subject, @Nullable ConnectionRequestInfo request) throws ResourceException {
        ConnectionRequest as = credentials(subject, request);
        ServerSettings server = effective();
        SluiceConnectionFactory factory;
        try {
            factory = server.factory();
        } catch (IllegalArgumentException wrong) {
            throw new InvalidPropertyException("the property url is wrong: " + wrong.getMessage(), wrong);
        }
        try {
            return new ManagedXaConnection(this, as, open(factory, server, as, request == null));
        } catch (JMSException failure) {
            throw ResourceErrors.of("no connection to " + server, failure);
        }
    }

    /** {@code recovers}: no application has asked, whose requests are never null. */
    private ClassicXaConnection open(
            SluiceConnectionFactory factory, ServerSettings server, ConnectionRequest as, boolean recovers)
            throws JMSException {
        Clients.Opening<ClassicXaConnection, JMSException> opening =
                () -> Clients.open(factory, as.user(), as.password());
        return recovers && adapter != null ? adapter.patiently(server, opening) : opening.open();
    }

    @Override
    public final @Nullable ManagedConnection matchManagedConnections(
            @SuppressWarnings("rawtypes") Set candidates,
            @Nullable Subject subject,
            @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ConnectionRequest as = credentials(subject, request);
        for (Object candidate : candidates) {
            if (candidate instanceof ManagedXaConnection own
                    && equals(own.factory())
                    && own.isAs(as)
                    && !own.isBroken()) {
                return own;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public final Set getInvalidConnections(Set connections) {
        Set<ManagedXaConnection> broken = new LinkedHashSet<>();
        for (Object connection : connections) {
            if (connection instanceof ManagedXaConnection own && own.isBroken()) {
                broken.add(own);
            }
        }
        return broken;
    }

    /** Who connects: as the container says, else as the application says, else as the properties say. */
    final ConnectionRequest credentials(@Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        if (subject != null) {
            for (PasswordCredential credential : subject.getPrivateCredentials(PasswordCredential.class)) {
                if (equals(credential.getManagedConnectionFactory()) && names(credential)) {
                    return new ConnectionRequest(credential.getUserName(), new String(credential.getPassword()));
                }
            }
        }
        return request instanceof ConnectionRequest own ? own : ConnectionRequest.OF_THE_CONTAINER;
    }

    /** GlassFish has a credential without a name where its pool has no user, and recovers with it. */
    private static boolean names(PasswordCredential credential) {
        String user = credential.getUserName();
        return user != null && !user.isBlank();
    }

    @Override
    public final void setLogWriter(@Nullable PrintWriter writer) {
        log = writer;
    }

    @Override
    public final @Nullable PrintWriter getLogWriter() {
        return log;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof SluiceManagedConnectionFactory that
                && level == that.level
                && Objects.equals(adapter, that.adapter);
    }

    @Override
    public final int hashCode() {
        return super.hashCode() * 31 + level.hashCode();
    }
}
