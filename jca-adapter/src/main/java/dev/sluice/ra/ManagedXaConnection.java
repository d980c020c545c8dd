package dev.sluice.ra;

import dev.sluice.Sluice;
import dev.sluice.SluiceException;
import dev.sluice.SluiceListener;
import dev.sluice.base.Monitor;
import dev.sluice.jms.ClassicXaConnection;
import dev.sluice.jms.SimplifiedXaContext;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.XASession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the pool: one connection of the client with one XA session, as long as it lives, and the handles that use it now. The container says
 * who uses it; it may be asked whether it is broken, cleaned up or destroyed by any thread.
 */
final class ManagedXaConnection implements ManagedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedXaConnection.class);

    private final SluiceManagedConnectionFactory factory;
    private final ConnectionRequest as;
    private final ClassicXaConnection connection;
    private final XASession session;
    private final Whereabouts user;
    private final Branches.Member resource;
    private final BranchOfOwn local;

    private final Monitor monitor = new Monitor();
    private final List<ConnectionEventListener> listeners = new ArrayList<>();
    private final Set<SessionHandle> handles = new LinkedHashSet<>();
    private final List<Object> temporaries = new ArrayList<>();
    private boolean toldOfError;
    private boolean destroyed;
    private @Nullable PrintWriter log;

    /** Takes over {@code connection}, which is closed when no session can be made on it. */
    ManagedXaConnection(SluiceManagedConnectionFactory factory, ConnectionRequest as, ClassicXaConnection connection)
            throws JMSException {
        this.factory = factory;
        this.as = as;
        this.connection = connection;
        XASession made = null;
        try {
            made = connection.createXASession();
        } finally {
            if (made == null) {
                Clients.close(connection);
            }
        }
        session = made;
        user = new Whereabouts(factory::transactionOfCaller);
        resource = factory.branches().member(made.getXAResource(), user);
        local = new BranchOfOwn(resource);
        connection.refuseOutside(made, user::isCallers);
        connection.setExceptionListener(lost -> LOG.warn("a connection of the pool has ended: {}", lost.getMessage()));
        connection.setListener(new SluiceListener() {
            @Override
            public void failed(Sluice failed, SluiceException reason) {
                tellOfError(reason);
            }
        });
    }

    SluiceManagedConnectionFactory factory() {
        return factory;
    }

    boolean isAs(ConnectionRequest other) {
        return as.equals(other);
    }

    /** Whether it has ended for good. One whose server is away now is not broken: it comes back by itself. */
    boolean isBroken() {
        Sluice.State state = connection.state();
        return state == Sluice.State.FAILED || state == Sluice.State.CLOSED;
    }

    // ---- what handles ask for

    XASession session() {
        return session;
    }

    /** A context on the one session. */
    SimplifiedXaContext newContext() {
        return connection.contextOn(session);
    }

    void startDelivery() throws JMSException {
        connection.start();
    }

    /** A temporary destination was made: it ends when the connection goes back to the pool. */
    void remember(Object temporary) {
        monitor.enter();
        try {
            temporaries.add(temporary);
        } finally {
            monitor.leave();
        }
    }

    /** Its application is done with a handle. */
    void closed(SessionHandle handle) {
        boolean known;
        monitor.enter();
        try {
            known = handles.remove(handle);
        } finally {
            monitor.leave();
        }
        if (known) {
            ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
            event.setConnectionHandle(handle);
            snapshot().forEach(listener -> listener.connectionClosed(event));
        }
    }

    /** A call failed: when the connection is why, the pool must hear of it. */
    void checkAfter(Exception failure) {
        if (isBroken()) {
            tellOfError(failure);
        }
    }

    private void tellOfError(Exception reason) {
        monitor.enter();
        try {
            if (toldOfError || destroyed) {
                return;
            }
            toldOfError = true;
        } finally {
            monitor.leave();
        }
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, reason);
        snapshot().forEach(listener -> listener.connectionErrorOccurred(event));
    }

    private List<ConnectionEventListener> snapshot() {
        monitor.enter();
        try {
            return List.copyOf(listeners);
        } finally {
            monitor.leave();
        }
    }

    // ---- the contract

    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        if (!isAs(factory.credentials(subject, request))) {
            throw new jakarta.resource.spi.SecurityException(
                    "a connection that is open cannot become another user's: Sluice does not re-authenticate");
        }
        if (isBroken()) {
            throw new jakarta.resource.spi.ResourceAllocationException("the connection has ended");
        }
        SessionHandle handle = new SessionHandle(this);
        attach(handle);
        return handle;
    }

    @Override
    public void associateConnection(Object handle) throws ResourceException {
        if (!(handle instanceof SessionHandle own)) {
            throw new jakarta.resource.ResourceException(handle + " is not a handle of Sluice's");
        }
        ManagedXaConnection before = own.move(this);
        if (before != null) {
            before.detach(own);
        }
        attach(own);
    }

    private void attach(SessionHandle handle) {
        monitor.enter();
        try {
            handles.add(handle);
        } finally {
            monitor.leave();
        }
    }

    private void detach(SessionHandle handle) {
        monitor.enter();
        try {
            boolean ignored = handles.remove(handle);
        } finally {
            monitor.leave();
        }
    }

    /** For the next application: nothing of the last one is left. */
    @Override
    public void cleanup() throws ResourceException {
        List<SessionHandle> left;
        List<Object> ending;
        monitor.enter();
        try {
            left = List.copyOf(handles);
            handles.clear();
            ending = List.copyOf(temporaries);
            temporaries.clear();
        } finally {
            monitor.leave();
        }
        left.forEach(SessionHandle::invalidate);
        user.forget();
        if (isBroken()) {
            return;
        }
        try {
            connection.stop();
        } catch (JMSException failure) {
            throw ResourceErrors.of("the connection cannot be used again", failure);
        }
        ending.forEach(ManagedXaConnection::delete);
    }

    private static void delete(Object temporary) {
        try {
            if (temporary instanceof TemporaryQueue queue) {
                queue.delete();
            } else if (temporary instanceof TemporaryTopic topic) {
                topic.delete();
            }
        } catch (JMSException gone) {
            LOG.debug("{} is gone already, or goes with its connection: {}", temporary, gone.getMessage());
        }
    }

    @Override
    public void destroy() throws ResourceException {
        List<SessionHandle> left;
        monitor.enter();
        try {
            destroyed = true;
            left = List.copyOf(handles);
            handles.clear();
        } finally {
            monitor.leave();
        }
        left.forEach(SessionHandle::invalidate);
        resource.leave();
        Clients.close(connection);
        Visiting.leave();
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        monitor.enter();
        try {
            listeners.add(listener);
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        monitor.enter();
        try {
            boolean ignored = listeners.remove(listener);
        } finally {
            monitor.leave();
        }
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return local;
    }

    @Override
    public ManagedConnectionMetaData getMetaData() {
        return new Facts(as.user() == null ? factory.effective().user() : as.user());
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) {
        log = writer;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return log;
    }

    /** Of which connection of the client. */
    @Override
    public String toString() {
        return "ManagedXaConnection[" + connection + "]";
    }

    private record Facts(@Nullable String user) implements ManagedConnectionMetaData {
        @Override
        public String getEISProductName() {
            return "Sluice";
        }

        @Override
        public String getEISProductVersion() {
            return dev.sluice.jms.ProviderFacts.FACTS.getProviderVersion();
        }

        @Override
        public int getMaxConnections() {
            return 0;
        }

        @Override
        public String getUserName() {
            return user == null ? "" : user;
        }
    }
}
