package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server as a process of its own, on a directory of its own, always on the same port. Runs from before each test until after it;
 * a failed test prints what the server said.
 */
public final class ServerProcess implements BeforeEachCallback, AfterEachCallback {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** Below the range from which systems take ports for outgoing connections: a client that tries to reconnect must not get it. */
    private static final int PORT_FIRST = 20_000;

    private static final int PORT_COUNT = 10_000;

    private final List<String> options;
    /** It lives for seconds: compiled in full, it would do little else. */
    private List<String> jvmOptions =
            List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private @Nullable Path directory;
    private boolean throughTheLauncher;
    private boolean tellingAllocations;
    private Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    private int port;
    private @Nullable JavaProcess process;

    private ServerProcess(List<String> options) {
        this.options = options;
    }

    /** A server with further {@code --options}. */
    public static ServerProcess with(String... options) {
        return new ServerProcess(List.of(options));
    }

    /** The same with other options of its JVM. */
    ServerProcess onJvm(String... newJvmOptions) {
        jvmOptions = List.of(newJvmOptions);
        return this;
    }

    /** The same, started by the script at the root as a user does it. */
    ServerProcess throughTheLauncher() {
        throughTheLauncher = true;
        return this;
    }

    /** The same with its directory somewhere else than other temporary files. */
    ServerProcess below(Path newParent) {
        parent = newParent;
        return this;
    }

    /** The same, in a JVM that says what its threads have allocated. */
    ServerProcess tellingAllocations() {
        tellingAllocations = true;
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        open();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        close(context.getDisplayName(), context.getExecutionException().isPresent());
    }

    /** Starts it, where it is no extension. */
    void open() throws IOException {
        directory = Files.createTempDirectory(parent, "sluice-it-");
        port = freePort();
        start();
    }

    /** Ends it and deletes what it had; says what it said when {@code test} has failed. */
    void close(String test, boolean failed) throws IOException {
        JavaProcess last = process;
        if (last != null) {
            last.kill();
            if (failed) {
                System.err.println("---- the server of " + test + " said:\n" + last.output() + "----");
            }
        }
        // Without a start there is none: another extension may have failed before it.
        if (directory != null) {
            deleteAll(directory);
        }
    }

    /** Starts it and returns when its port is open. */
    public void start() {
        launch();
        awaitOpen();
    }

    private Path directory() {
        return Objects.requireNonNull(directory, "the server was not started");
    }

    /** Starts it without waiting. */
    void launch() {
        Path output = directory().resolve("output.txt");
        if (tellingAllocations) {
            process = JavaProcess.ofTheTests(output, jvmOptions, TellingServer.class, arguments(port));
            return;
        }
        process = throughTheLauncher
                ? JavaProcess.ofTheLauncher(output, jvmOptions, arguments(port))
                : JavaProcess.ofTheProduct(output, jvmOptions, "dev.sluice.server.cli.Main", arguments(port));
    }

    /** SIGKILL, then a new process: how long it takes from its start until a client that connects has its first send confirmed. */
    long millisToRestart() {
        kill();
        long started = System.nanoTime();
        launch();
        awaitOpen();
        try (JMSContext context = factory().createContext()) {
            context.createProducer().send(context.createQueue("restarted"), "accepted");
        }
        return (System.nanoTime() - started) / 1_000_000;
    }

    Footprint footprint() {
        return running().footprint();
    }

    /** Waits until its port is open. */
    public void awaitOpen() {
        Awaitility.await("the server opens port " + port)
                .atMost(START_PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    if (!running().isAlive()) {
                        throw new AssertionError("the server ended while it started:\n"
                                + running().output());
                    }
                    return answers();
                });
    }

    /** A second server on the same data and another port; ended by who asks for it. */
    JavaProcess startAnotherOnTheSameData() throws IOException {
        return JavaProcess.ofTheProduct(
                directory().resolve("another.txt"), jvmOptions, "dev.sluice.server.cli.Main", arguments(freePort()));
    }

    /** SIGKILL, then a new process on the same data and port. */
    public void killAndRestart() {
        kill();
        start();
    }

    /** SIGKILL. */
    public void kill() {
        running().kill();
    }

    /** SIGTERM; returns the exit code. */
    public int stop() {
        return running().terminate(Duration.ofSeconds(30));
    }

    boolean isAlive() {
        return running().isAlive();
    }

    long pid() {
        return running().pid();
    }

    public String output() {
        return running().output();
    }

    public Path data() {
        return directory().resolve("data");
    }

    public int port() {
        return port;
    }

    public String url() {
        return "sluice://localhost:" + port;
    }

    public ConnectionFactory factory() {
        return new SluiceConnectionFactory(url());
    }

    private JavaProcess running() {
        JavaProcess current = process;
        if (current == null) {
            throw new IllegalStateException("the server was not started");
        }
        return current;
    }

    private List<String> arguments(int onPort) {
        List<String> arguments =
                new ArrayList<>(List.of("server", "--data", data().toString(), "--port", Integer.toString(onPort)));
        arguments.addAll(options);
        return arguments;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int candidate = PORT_FIRST + ThreadLocalRandom.current().nextInt(PORT_COUNT);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new IOException("no free port from " + PORT_FIRST + " to " + (PORT_FIRST + PORT_COUNT));
    }

    private static boolean isFree(int candidate) throws IOException {
        try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    static void deleteAll(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
