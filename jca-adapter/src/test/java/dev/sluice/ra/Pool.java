package dev.sluice.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** Pools, enlists and throws away, as a container does: a connection that was used in a transaction stays with it until its end. */
final class Pool implements ConnectionManager {
    private static final long serialVersionUID = 1L;

    private final transient Container container;
    private final transient SluiceManagedConnectionFactory factory;
    private final transient Set<ManagedConnection> free = new LinkedHashSet<>();
    private final transient Map<ManagedConnection, Transaction> used = new HashMap<>();
    private transient @Nullable Subject subject;
    private transient int made;
    private transient int broken;

    Pool(Container container, SluiceManagedConnectionFactory factory) throws ResourceException {
        this.container = container;
        this.factory = factory;
        factory.setResourceAdapter(container.adapter);
    }

    FactoryHandle lookUp() {
        return (FactoryHandle) factory.createConnectionFactory(this);
    }

    /** The container signs on as this one. */
    void signOn(Subject newSubject) {
        subject = newSubject;
    }

    synchronized int made() {
        return made;
    }

    synchronized int broken() {
        return broken;
    }

    synchronized int freeCount() {
        return free.size();
    }

    @Override
    public synchronized Object allocateConnection(ManagedConnectionFactory asked, ConnectionRequestInfo request)
            throws ResourceException {
        for (Object invalid : factory.getInvalidConnections(new HashSet<>(free))) {
            free.remove(invalid);
            ((ManagedConnection) invalid).destroy();
        }
        ManagedConnection connection = asked.matchManagedConnections(free, subject, request);
        if (connection == null) {
            connection = asked.createManagedConnection(subject, request);
            connection.addConnectionEventListener(new Events(connection));
            made++;
        }
        free.remove(connection);
        try {
            used.put(connection, enlisted(connection));
        } catch (Exception refused) {
            throw new ResourceException(refused);
        }
        return connection.getConnection(subject, request);
    }

    private @Nullable Transaction enlisted(ManagedConnection connection) throws Exception {
        if (container.transactions.getStatus() == Status.STATUS_NO_TRANSACTION
                || factory.getTransactionSupport() == TransactionSupportLevel.NoTransaction) {
            return null;
        }
        Transaction transaction = container.transactions.getTransaction();
        if (factory.getTransactionSupport() == TransactionSupportLevel.LocalTransaction) {
            connection.getLocalTransaction().begin();
        } else {
            container.enlist(connection.getXAResource());
        }
        transaction.registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Nothing is kept back.
            }

            @Override
            public void afterCompletion(int status) {
                finished(connection, status);
            }
        });
        return transaction;
    }

    private synchronized void finished(ManagedConnection connection, int status) {
        try {
            if (factory.getTransactionSupport() == TransactionSupportLevel.LocalTransaction) {
                if (status == Status.STATUS_COMMITTED) {
                    connection.getLocalTransaction().commit();
                } else {
                    connection.getLocalTransaction().rollback();
                }
            }
            if (used.containsKey(connection)) {
                giveBack(connection);
            }
        } catch (ResourceException e) {
            throw new IllegalStateException(e);
        }
    }

    private void giveBack(ManagedConnection connection) throws ResourceException {
        used.remove(connection);
        connection.cleanup();
        free.add(connection);
    }

    synchronized void close() throws ResourceException {
        for (ManagedConnection each : free) {
            each.destroy();
        }
        free.clear();
        for (ManagedConnection each : used.keySet()) {
            each.destroy();
        }
        used.clear();
    }

    private final class Events implements ConnectionEventListener {
        private final ManagedConnection connection;

        Events(ManagedConnection connection) {
            this.connection = connection;
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            synchronized (Pool.this) {
                if (used.containsKey(connection) && used.get(connection) == null) {
                    try {
                        giveBack(connection);
                    } catch (ResourceException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            synchronized (Pool.this) {
                broken++;
                used.remove(connection);
                free.remove(connection);
            }
            try {
                connection.destroy();
            } catch (ResourceException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            throw new UnsupportedOperationException("there are no local transactions of applications");
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            throw new UnsupportedOperationException("there are no local transactions of applications");
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            throw new UnsupportedOperationException("there are no local transactions of applications");
        }
    }
}
