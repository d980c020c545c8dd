package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import dev.sluice.wire.EmbeddedServers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.SocketAddress;
import java.net.URLClassLoader;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A JVM that runs tests, one for each line: its unique id, its place, the URL of its server, the file for what it says. The answer is
 * a line too: the milliseconds that it took, and why it failed, empty when it passed. A test that takes too long ends the
 * JVM without an answer; where its threads stood is in its file then.
 */
final class Worker {
    /** The exit code of a JVM whose test took too long. */
    static final int TOO_LONG = 3;

    private static final String EMBEDDED = "sluice:embedded:";
    private static final EmbeddedServers EMBEDDED_SERVERS =
            ServiceLoader.load(EmbeddedServers.class).findFirst().orElseThrow();
    private static final int FAILURE_CHARACTERS_MAX = 400;

    /** What the tests ask for, as the TCK's own properties of the system. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "user", Place.USER,
            "password", Place.PASSWORD,
            "jms_timeout", "10000",
            "platform.mode", "standalone",
            "vehicle", "standalone");

    private final List<Path> jars;
    private final Duration limit;
    private final PrintStream answers;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tck-watch");
        thread.setDaemon(true);
        return thread;
    });

    private Worker(List<Path> jars, Duration limit, PrintStream answers) {
        this.jars = jars;
        this.limit = limit;
        this.answers = answers;
    }

    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        List<Path> jars = Arrays.stream(arguments[0].split(File.pathSeparator))
                .map(Path::of)
                .toList();
        Worker worker = new Worker(jars, Duration.ofSeconds(Long.parseLong(arguments[1])), System.out);
        PROPERTIES.forEach(System::setProperty);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            worker.answer(line.split("\t"));
        }
        Runtime.getRuntime().halt(0);
    }

    private void answer(String[] parts) throws IOException, ReflectiveOperationException {
        try (PrintStream log = new PrintStream(Files.newOutputStream(Path.of(parts[3])), true, UTF_8)) {
            System.setOut(log);
            System.setErr(log);
            Future<?> watching = watch.schedule(() -> tooLong(log), limit.toSeconds(), TimeUnit.SECONDS);
            Optional<SocketAddress> embedded = data(parts[2]).map(EMBEDDED_SERVERS::durable);
            Observer observer = run(parts[0], Path.of(parts[1]), log);
            embedded.ifPresent(EMBEDDED_SERVERS::stop);
            boolean cancelled = watching.cancel(false);
            assert cancelled;
            answers.println(observer.millis + "\t" + observer.failure());
        }
    }

    private Observer run(String uniqueId, Path place, PrintStream log)
            throws IOException, ReflectiveOperationException {
        List<Path> paths = new ArrayList<>(List.of(place));
        paths.addAll(jars);
        // The TCK keeps its JNDI context in static fields: each test has classes of its own.
        try (URLClassLoader loader = new URLClassLoader(TckCatalog.urls(paths), Worker.class.getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> util = loader.loadClass("com.sun.ts.lib.util.TestUtil");
            PrintWriter writer = new PrintWriter(log, true);
            util.getMethod("initNoLogging", Properties.class).invoke(null, properties());
            util.getMethod("setCurrentTest", String.class, PrintWriter.class, PrintWriter.class)
                    .invoke(null, uniqueId, writer, writer);
            Observer observer = new Observer();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectUniqueId(uniqueId))
                                    .build(),
                            observer);
            return observer;
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.putAll(PROPERTIES);
        return properties;
    }

    /** The directory of the server that is to run in this JVM. */
    private static Optional<String> data(String url) {
        return url.startsWith(EMBEDDED)
                ? Optional.of(URLDecoder.decode(url.substring(EMBEDDED.length()), UTF_8))
                : Optional.empty();
    }

    private void tooLong(PrintStream log) {
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            log.println(thread);
            Arrays.stream(frames).forEach(frame -> log.println("    at " + frame));
        });
        Runtime.getRuntime().halt(TOO_LONG);
    }

    /** What JUnit says of the one test. */
    private static final class Observer implements TestExecutionListener {
        private long began;
        private long millis;
        private boolean passed;
        private @Nullable String failure;

        @Override
        public void executionStarted(TestIdentifier identifier) {
            if (identifier.isTest()) {
                began = System.nanoTime();
            }
        }

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (identifier.isTest()) {
                millis = (System.nanoTime() - began) / 1_000_000;
                passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            }
            result.getThrowable().ifPresent(this::failed);
        }

        @Override
        public void executionSkipped(TestIdentifier identifier, String reason) {
            failure = "skipped: " + reason;
        }

        private void failed(Throwable cause) {
            cause.printStackTrace();
            StringBuilder text = new StringBuilder(cause.toString());
            for (Throwable deeper = cause.getCause(); deeper != null; deeper = deeper.getCause()) {
                text.append(" <- ").append(deeper);
            }
            failure = text.toString();
        }

        String failure() {
            String text = failure != null ? failure : passed ? "" : "JUnit did not run it";
            String line = text.replaceAll("\\s+", " ");
            return line.substring(0, Math.min(line.length(), FAILURE_CHARACTERS_MAX));
        }
    }
}
