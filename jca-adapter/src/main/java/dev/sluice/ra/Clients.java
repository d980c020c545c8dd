package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes connections of the client for the adapter. Stateless. */
final class Clients {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private Clients() {}

    /** A call that may start threads of the client. */
    @FunctionalInterface
    interface Opening<T, E extends Exception> {
        /** Does it. */
        T open() throws E;
    }

    /** As the user that {@code factory} knows, or as {@code user} unless that is null. */
    static ClassicXaConnection open(SluiceConnectionFactory factory, @Nullable String user, @Nullable String password)
            throws JMSException {
        return asAdapter(
                () -> user == null ? factory.createXAConnection() : factory.createXAConnection(user, password));
    }

    /** The threads that it starts outlive the application that needs them first, and must not hold on to its class loader. */
    static <T, E extends Exception> T asAdapter(Opening<T, E> opening) throws E {
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        self.setContextClassLoader(Clients.class.getClassLoader());
        try {
            return opening.open();
        } finally {
            self.setContextClassLoader(before);
        }
    }

    /** Closes; what goes wrong then is no one's concern any more. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (JMSException alreadyLost) {
            LOG.debug("a connection was closed that was lost already: {}", alreadyLost.getMessage());
        }
    }
}
