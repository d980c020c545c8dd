package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.base.Monitor;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.resource.spi.ResourceAdapter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes connections of the client for the adapter. Stateless. */
final class Clients {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    /** A container that stops the adapter is not held up for longer. */
    private static final long THREADS_MILLIS = 3_000;

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

    /**
     * Waits until the threads of the client have ended, which they do with its last connection: a class that they need only then is in the
     * archive, and the container closes that.
     */
    static void awaitThreads() {
        ClassLoader own = Clients.class.getClassLoader();
        if (own == ResourceAdapter.class.getClassLoader()) {
            // It is in no archive of its own, and others may use the client.
            return;
        }
        long last = System.nanoTime() + Monitor.nanosOf(THREADS_MILLIS);
        Thread next = threadOf(own);
        try {
            // One that ends may start another (Netty's for all groups, which stays for a second).
            while (next != null && last - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedJoin(next, last - System.nanoTime());
                next = threadOf(own);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Thread threadOf(ClassLoader classes) {
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.isAlive() && each.getClass().getClassLoader() == classes) {
                return each;
            }
        }
        return null;
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
