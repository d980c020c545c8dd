package dev.sluice.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How far the run is, as a file says that all processes see. Each worker has one of its own. */
final class Phase {
    private static final String FILE = "phase";
    private static final String DRAIN = "drain";
    private static final String END = "end";
    private static final long FRESH_NANOS = 50_000_000;

    private final Path file;
    private String seen = "";
    private long seenAt;

    Phase(Path directory) {
        file = directory.resolve(FILE);
    }

    /** Producers stop; what was sent is to be received. */
    void drain() {
        write(DRAIN);
    }

    /** All stop. */
    void end() {
        write(END);
    }

    private void write(String phase) {
        try {
            Files.writeString(file, phase);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isProducing() {
        return now().isEmpty();
    }

    boolean isRunning() {
        return !now().equals(END);
    }

    private String now() {
        long time = System.nanoTime();
        if (time - seenAt > FRESH_NANOS) {
            seenAt = time;
            try {
                seen = Files.exists(file) ? Files.readString(file) : "";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return seen;
    }
}
