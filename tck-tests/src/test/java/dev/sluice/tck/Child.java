package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A JVM that answers each line with a line. It ends when its input does, and so with the JVM that started it. Not thread-safe. */
final class Child implements AutoCloseable {
    private static final long END_SECONDS = 30;

    private final Process process;
    private final PrintWriter questions;
    private final BufferedReader answers;

    private Child(Process process) {
        this.process = process;
        this.questions = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8), true);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** Starts {@code mainClass} with the class path of these tests, but for the TCK. What it says besides its answers goes to {@code errors}. */
    static Child start(Class<?> mainClass, Path errors, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), mainClass.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        try {
            return new Child(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("jakarta" + File.separator + "tck" + File.separator))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The answer to {@code question}; none when the JVM has ended instead. */
    Optional<String> ask(String question) {
        questions.println(question);
        try {
            return Optional.ofNullable(answers.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Ends it; returns its exit code. */
    int end() {
        close();
        return process.isAlive() ? -1 : process.exitValue();
    }

    /** Ends it. */
    @Override
    public void close() {
        questions.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
