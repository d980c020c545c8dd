package dev.sluice;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a connection of Sluice offers beyond the standard. Every connection and context that a {@link SluiceConnectionFactory} made is
 * one: a cast or {@link #of(Connection)} gives it. Why a call failed is in {@link SluiceException}. Thread-safe.
 *
 * <pre>{@code
 * Sluice.of(connection).setListener(new SluiceListener() {
 *     public void interrupted(Sluice connection, SluiceException reason) { health.down(reason.getMessage()); }
 *     public void resumed(Sluice connection, String server) { health.up(server); }
 * });
 * }</pre>
 */
public interface Sluice {
    /**
     * An acknowledge mode for {@code createSession(int)} and {@code createContext(int)}: {@code Message.acknowledge()} acknowledges
     * that one message, and no other that the session consumed.
     */
    int INDIVIDUAL_ACKNOWLEDGE = 101;

    /** Where a connection stands. */
    enum State {
        /** A server answers. */
        CONNECTED,
        /** No server can be reached; the connection looks for one by itself, and calls that need one wait. */
        INTERRUPTED,
        /** It has ended for good, as its exception listener was told; close it and make another. */
        FAILED,
        /** It is closed. */
        CLOSED
    }

    /**
     * The connection as one of Sluice.
     *
     * @throws IllegalArgumentException when it is not, as one that a pool or an application server wrapped: ask that for the connection
     *     within, or set the listener on the factory
     */
    static Sluice of(Connection connection) {
        return of((Object) connection);
    }

    /**
     * The connection of a context as one of Sluice; contexts that were made from each other share it.
     *
     * @throws IllegalArgumentException when the context is not of Sluice, as one that a pool or an application server wrapped
     */
    static Sluice of(JMSContext context) {
        return of((Object) context);
    }

    private static Sluice of(Object object) {
        if (object instanceof Sluice own) {
            return own;
        }
        throw new IllegalArgumentException("an object of " + object.getClass().getName()
                + " is not one that a SluiceConnectionFactory made; if it wraps one, ask it for that,"
                + " or use SluiceConnectionFactory.setListener");
    }

    /** Where the connection stands now. */
    State state();

    /** The server that it reached last, as {@code host:port}. */
    String server();

    /** Tells {@code listener} of what becomes of the connection from now on; null for no one. Replaces the one before. */
    void setListener(@Nullable SluiceListener listener);

    /** Who is told. */
    Optional<SluiceListener> listener();
}
