package dev.sluice.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one worker has done, a line for each step, written before the next one begins, so that it outlives a SIGKILL. Times are those of the
 * machine's monotonic clock, which all processes share. Owned by the worker's thread.
 *
 * <pre>
 * B maker            a life begins: all that follows, until the next B, is of this maker
 * c first last       what was sent with these numbers is about to be committed
 * C first last begun ended   it was sent, or committed
 * R first last       it was rolled back
 * G maker number redelivered time step via    it came; via whom, and which step of that one (or -)
 * A count begun ended        what came since the A before is acknowledged
 * T count begun ended        a transaction with so many messages was committed
 * U time                     one was rolled back on purpose
 * O what begun ended         a call took long
 * X time text        a call failed
 * W time text        something is wrong whatever happened
 * E time             the end, after all was closed in order
 * </pre>
 */
final class Journal implements AutoCloseable {
    static final String SUFFIX = ".journal";
    private static final long LONG_NANOS = 100_000_000;

    private final FileOutputStream out;

    Journal(Path file) throws IOException {
        out = new FileOutputStream(file.toFile(), true);
    }

    /** All journals below a directory. */
    static List<Path> all(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    void life(String maker) {
        line("B " + maker);
    }

    void committing(int first, int last) {
        line("c " + first + " " + last);
    }

    void sent(int first, int last, long begun) {
        line("C " + first + " " + last + " " + begun + " " + System.nanoTime());
    }

    void rolledBack(int first, int last) {
        line("R " + first + " " + last);
    }

    void got(Stamp stamp, boolean redelivered) {
        line("G " + stamp.maker() + " " + stamp.number() + " " + (redelivered ? 1 : 0) + " " + System.nanoTime() + " "
                + stamp.step() + " " + stamp.via());
    }

    void acknowledged(int count, long begun) {
        line("A " + count + " " + begun + " " + System.nanoTime());
    }

    void moved(int count, long begun) {
        line("T " + count + " " + begun + " " + System.nanoTime());
    }

    void undone() {
        line("U " + System.nanoTime());
    }

    /** A call has ended that began then; noted when it took long. */
    void ended(String what, long begun) {
        long now = System.nanoTime();
        if (now - begun > LONG_NANOS) {
            line("O " + what + " " + begun + " " + now);
        }
    }

    void failed(Throwable why) {
        line("X " + System.nanoTime() + " " + inOneLine(why));
    }

    void wrong(String what) {
        line("W " + System.nanoTime() + " " + what);
    }

    void end() {
        line("E " + System.nanoTime());
    }

    static String inOneLine(Throwable why) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = why; each != null; each = each.getCause()) {
            text.append(each == why ? "" : " <- ")
                    .append(each.getClass().getSimpleName())
                    .append(": ")
                    .append(each.getMessage());
        }
        return text.toString().replace('\n', ' ');
    }

    private void line(String text) {
        try {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
