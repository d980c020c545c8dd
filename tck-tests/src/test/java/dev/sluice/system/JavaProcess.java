package dev.sluice.system;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A JVM of its own that runs one main class; its output goes to the end of a file. Ends with the JVM of the tests at the latest. */
public final class JavaProcess {
    private static final int OUTPUT_CHARACTERS_MAX = 20_000;

    private final Process process;
    private final Path output;
    private final Thread lastResort;

    private JavaProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        this.lastResort = new Thread(process::destroyForcibly, "end of " + process.pid());
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Starts {@code mainClass} with the class path of the product alone, as a user's JVM would have it. */
    static JavaProcess ofTheProduct(Path output, List<String> jvmOptions, String mainClass, List<String> arguments) {
        return ofTheProduct(List.of(), output, jvmOptions, mainClass, arguments);
    }

    /** The same by a command that becomes it, and stands {@code before} it. */
    public static JavaProcess ofTheProduct(
            List<String> before, Path output, List<String> jvmOptions, String mainClass, List<String> arguments) {
        return start(before, output, java(productClassPath(), jvmOptions, mainClass, arguments));
    }

    /** Starts a main class in {@code classes} that uses the product. */
    static JavaProcess ofAnApplication(Path output, Path classes, String mainClass) {
        String libraries = Arrays.stream(productClassPath().split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        String classPath = classes + File.pathSeparator + libraries;
        return start(List.of(), output, java(classPath, List.of(), mainClass, List.of()));
    }

    /** Starts a main class of these tests. */
    static JavaProcess ofTheTests(Path output, List<String> jvmOptions, Class<?> mainClass, List<String> arguments) {
        return ofTheTests(List.of(), output, jvmOptions, mainClass, arguments);
    }

    /** The same by a command that becomes it, and stands {@code before} it. */
    public static JavaProcess ofTheTests(
            List<String> before, Path output, List<String> jvmOptions, Class<?> mainClass, List<String> arguments) {
        return start(before, output, java(testClassPath(), jvmOptions, mainClass.getName(), arguments));
    }

    /** Starts a command by the script at the root, which becomes the JVM. */
    static JavaProcess ofTheLauncher(Path output, List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("../sluice").toAbsolutePath().normalize().toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SLUICE_NO_BUILD", "1");
        builder.environment().put("SLUICE_JAVA_OPTS", String.join(" ", jvmOptions));
        return start(output, builder);
    }

    private static List<String> java(
            String classPath, List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        return command;
    }

    private static JavaProcess start(List<String> before, Path output, List<String> java) {
        List<String> command = new ArrayList<>(before);
        command.addAll(java);
        return start(output, new ProcessBuilder(command));
    }

    private static JavaProcess start(Path output, ProcessBuilder builder) {
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        try {
            return new JavaProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** What a user has on the class path. */
    static String productClassPath() {
        return Arrays.stream(testClassPath().split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What it takes of the machine's memory now. */
    Footprint footprint() {
        return Footprint.of(process.pid());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: no hook, no flush, no goodbye. Returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(30));
    }

    /** SIGSTOP: it is there, and does not run. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** SIGQUIT: it says what its threads are at. */
    public void dump() {
        signal("QUIT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("kill -" + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while sending " + name + " to process " + pid(), e);
        }
    }

    /** SIGTERM; returns the exit code. */
    public int terminate(Duration patience) {
        process.destroy();
        return awaitExit(patience);
    }

    /** Waits for the end; returns the exit code. */
    public int awaitExit(Duration patience) {
        awaitEnd(patience);
        return process.exitValue();
    }

    private void awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "process " + process.pid() + " still runs after " + patience + "\n" + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for process " + process.pid(), e);
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** The end of what it and its predecessors on the same file have said. */
    public String output() {
        try {
            String all = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
            return all.substring(Math.max(0, all.length() - OUTPUT_CHARACTERS_MAX));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
