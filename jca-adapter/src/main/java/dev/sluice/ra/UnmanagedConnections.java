package dev.sluice.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where there is no container: a connection for each that asks, without a pool and without transactions. Stateless. */
final class UnmanagedConnections implements ConnectionManager {
    private static final long serialVersionUID = 1L;

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection connection = factory.createManagedConnection(null, request);
        connection.addConnectionEventListener(new EndsWithItsHandle(connection));
        return connection.getConnection(null, request);
    }

    private record EndsWithItsHandle(ManagedConnection connection) implements ConnectionEventListener {
        private static final Logger LOG = LoggerFactory.getLogger(EndsWithItsHandle.class);

        @Override
        public void connectionClosed(ConnectionEvent event) {
            try {
                connection.destroy();
            } catch (ResourceException lost) {
                LOG.debug("a connection was closed that was lost already: {}", lost.getMessage());
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            // Who uses it is told by each call; it ends with its handle.
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // There are none.
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            // There are none.
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            // There are none.
        }
    }
}
