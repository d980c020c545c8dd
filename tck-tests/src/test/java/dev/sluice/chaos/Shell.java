package dev.sluice.chaos;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Commands of the system. Stateless. */
final class Shell {
    private Shell() {}

    private record Outcome(int code, String output) {}

    /** Runs a command that must go well; returns what it said. */
    @CanIgnoreReturnValue
    static String run(String... command) {
        return feed("", command);
    }

    /** The same with this on its standard input. */
    @CanIgnoreReturnValue
    static String feed(String input, String... command) {
        Outcome outcome = outcome(input, command);
        if (outcome.code != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + outcome.code + ": " + outcome.output.strip());
        }
        return outcome.output;
    }

    /** Runs a command that may fail. */
    static boolean succeeds(String... command) {
        return outcome("", command).code == 0;
    }

    private static Outcome outcome(String input, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
        }
    }
}
