package dev.sluice.compliance;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.wire.EmbeddedServers;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** A server of this JVM that a test stops; the next connection starts it again. */
final class Restartable implements AutoCloseable {
    private static final EmbeddedServers SERVERS =
            ServiceLoader.load(EmbeddedServers.class).findFirst().orElseThrow();

    private final String name;
    private final boolean durable;
    private boolean running;

    private Restartable(String name, boolean durable) {
        this.name = name;
        this.durable = durable;
    }

    static Restartable inMemory(String name) {
        return new Restartable(Peer.name(name), false);
    }

    static Restartable durable(Path directory) {
        return new Restartable(directory.toString(), true);
    }

    SluiceConnectionFactory factory(String options) {
        running = true;
        return new SluiceConnectionFactory((durable ? "sluice:embedded:" : "sluice:mem:") + name + options);
    }

    void stop() {
        if (!running) {
            return;
        }
        running = false;
        SERVERS.stop(durable ? SERVERS.durable(name) : SERVERS.inMemory(name));
    }

    @Override
    public void close() {
        stop();
    }
}
