package dev.sluice.wire;

import java.net.SocketAddress;

/** Starts servers inside this JVM for {@code sluice:embedded:} and {@code sluice:mem:} URLs; found by {@code ServiceLoader}. Thread-safe. */
public interface EmbeddedServers {
    /**
     * The in-process address of the durable server on {@code directory}, started on first use and shared by all who name the same one.
     *
     * @param shards how many it has to have; 0 for as many as it has, and one for a new one
     * @throws java.io.UncheckedIOException when it cannot start, with the reason
     */
    SocketAddress durable(String directory, int shards);

    /** The same, however many shards it has. */
    default SocketAddress durable(String directory) {
        return durable(directory, 0);
    }

    /**
     * The in-process address of the server {@code name} that keeps nothing on disk, started on first use.
     *
     * @param shards how many it has to have; 0 for as many as it has, and one for a new one
     * @throws java.io.UncheckedIOException when it runs with another number
     */
    SocketAddress inMemory(String name, int shards);

    /** The same, however many shards it has. */
    default SocketAddress inMemory(String name) {
        return inMemory(name, 0);
    }

    /** Stops the server behind an address of this object; unknown ones are ignored. */
    void stop(SocketAddress address);
}
