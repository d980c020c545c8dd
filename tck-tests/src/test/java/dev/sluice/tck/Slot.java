package dev.sluice.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs one test at a time: a worker that is started anew when a test ended it, and an empty server for each test. Owned by one thread. */
final class Slot implements AutoCloseable {
    private static final String ALONE = "1";
    private static final String MEMBERS = "3";

    private final TckOptions options;
    private final Reach reach;
    private final Path logs;
    private final String name;
    private @Nullable Child worker;
    private @Nullable Child servers;

    /** A slot that keeps what its processes and failed tests said in {@code logs}. */
    Slot(TckOptions options, Reach reach, Path logs, String name) {
        this.options = options;
        this.reach = reach;
        this.logs = logs;
        this.name = name;
    }

    TckResult run(TckTest test) {
        Path log = logs.resolve(test.fileName() + ".txt");
        try (Place place = Place.prepare(logs.resolve(name))) {
            String url = reach == Reach.EMBEDDED ? place.embeddedUrl() : network(place);
            place.administer(url);
            Optional<String> answer = worker().ask(
                            String.join("\t", test.uniqueId(), place.directory().toString(), url, log.toString()));
            TckResult result = answer.map(line -> result(test, line)).orElseGet(() -> ended(test));
            if (reach != Reach.EMBEDDED) {
                stopNetwork();
            }
            if (result.passed()) {
                delete(log);
            }
            return result;
        }
    }

    private static TckResult result(TckTest test, String line) {
        int tab = line.indexOf('\t');
        return new TckResult(test, Long.parseLong(line.substring(0, tab)), line.substring(tab + 1));
    }

    /** Its JVM, and a server in it, are gone. */
    private TckResult ended(TckTest test) {
        int exit = worker().end();
        worker = null;
        String failure = exit == Worker.TOO_LONG
                ? "took longer than " + options.limit().toSeconds() + " s"
                : "ended its JVM, exit code " + exit;
        return new TckResult(test, options.limit().toMillis(), failure);
    }

    private Child worker() {
        Child running = worker;
        if (running == null) {
            running = Child.start(
                    Worker.class,
                    logs.resolve(name + "-worker.txt"),
                    List.of(options.jarPath(), Long.toString(options.limit().toSeconds())));
            worker = running;
        }
        return running;
    }

    private String network(Place place) {
        Child running = servers;
        if (running == null) {
            running = Child.start(
                    EmptyServers.class,
                    logs.resolve(name + "-server.txt"),
                    List.of(reach == Reach.CLUSTER ? MEMBERS : ALONE));
            servers = running;
        }
        return "sluice://" + running.ask(place.data().toString()).orElseThrow(this::serverEnded);
    }

    private void stopNetwork() {
        Child running = servers;
        if (running == null || running.ask("").isEmpty()) {
            throw serverEnded();
        }
    }

    private IllegalStateException serverEnded() {
        return new IllegalStateException("the server of slot " + name + " ended, see " + logs);
    }

    private static void delete(Path log) {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.close();
        }
        if (servers != null) {
            servers.close();
        }
    }
}
