package dev.sluice.wire;

import java.net.SocketAddress;

/** Starts servers inside this JVM for {@code sluice:embedded:} and {@code sluice:mem:} URLs; found by {@code ServiceLoader}. Thread-safe. */
public interface EmbeddedServers {
    /**
     * The in-process address of the durable server on {@code directory}, started on first use and shared by all who name the same one.
     *
     * @throws java.io.UncheckedIOException when it cannot start, with the reason
     */
    SocketAddress durable(String directory);

    /** The in-process address of the server {@code name} that keeps nothing on disk, started on first use. */
    SocketAddress inMemory(String name);

    /** Stops the server behind an address of this object; unknown ones are ignored. */
    void stop(SocketAddress address);
}
