package dev.sluice;

/**
 * Hears what becomes of a connection. Called on a thread of the connection's own, which the exception listener shares: one call after the
 * other, in the order in which things happened, maybe a little later. It may take its time and may use or close the connection; the link and
 * the messages go on meanwhile. After the connection is closed it hears nothing more.
 */
public interface SluiceListener {
    /**
     * No server can be reached any more. The connection looks for one by itself, for as long as {@code reconnect.for} says; calls that need
     * one wait, and nothing that was received or sent is lost.
     *
     * @param connection whose way to the server it is
     * @param reason what happened to the socket
     */
    default void interrupted(Sluice connection, SluiceException reason) {}

    /**
     * A server was reached again, and all goes on as before. When it took longer than the server keeps what consumers hold (10 s by
     * default), messages may have gone to others: acknowledging those fails.
     *
     * @param connection whose way to the server it is
     * @param server which one, as {@code host:port}
     */
    default void resumed(Sluice connection, String server) {}

    /**
     * The connection has ended for good: the time of {@code reconnect.for} is over, or a server refused it. The exception listener hears
     * of it too.
     *
     * @param connection which one
     * @param reason why
     */
    default void failed(Sluice connection, SluiceException reason) {}
}
