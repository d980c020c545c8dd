package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server, a process of its own: started, killed and started again on the same data. Closing it kills it. */
public final class Peer implements AutoCloseable {
    /** A backlog of a million messages takes the slowest of them a minute. */
    private static final int START_SECONDS = 300;

    private static final int POLL_MILLIS = 20;

    private final Provider provider;
    private final Place place;
    private final Processes processes;
    private @Nullable Process process;

    private Peer(Provider provider, Place place, Processes processes) {
        this.provider = provider;
        this.place = place;
        this.processes = processes;
    }

    /** Writes its configuration to {@code directory}, which is new; what it starts is listed in {@code processes}. */
    public static Peer prepare(Provider provider, Home home, Path directory, Processes processes)
            throws IOException, InterruptedException {
        Ports ports = new Ports();
        Place place = new Place(home, Files.createDirectories(directory), ports.next(), ports.next(), ports.next());
        provider.prepare(place);
        return new Peer(provider, place, processes);
    }

    public Provider provider() {
        return provider;
    }

    /** How clients reach it. */
    public Client client() {
        return provider.client(place);
    }

    /** Its own: configuration, data and output. */
    public Path directory() {
        return place.directory();
    }

    /** What has to survive a restart. */
    public Path data() {
        return place.data();
    }

    /** The id of the process. */
    public long pid() {
        return running().pid();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Executes the server and returns at once; it may not answer yet. */
    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(provider.command(place))
                .directory(place.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(place.output().toFile()));
        builder.environment().putAll(provider.environment(place));
        process = processes.start(builder);
    }

    /** Waits until it accepts connections; fails with its last words when it ends or takes too long. */
    public void awaitAnswer() throws IOException, InterruptedException {
        Process started = running();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Ports.answers(place.port())) {
            if (started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException(provider.name() + " ended with code " + started.exitValue()
                        + " while it started:\n" + lastWords());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(provider.name() + " did not open port " + place.port() + " within "
                        + START_SECONDS + " s:\n" + lastWords());
            }
        }
        provider.check(place);
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        if (process != null) {
            processes.kill(process);
            process = null;
        }
    }

    /** The end of what it has printed. */
    public String lastWords() throws IOException {
        return Output.tail(place.output());
    }

    @Override
    public void close() {
        kill();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(provider.name() + " was not started");
        }
        return process;
    }
}
