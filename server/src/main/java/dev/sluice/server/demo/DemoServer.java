package dev.sluice.server.demo;

import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A durable server in a process of its own, on a temporary directory and always the same port. Started and killed by one thread; closed by
 * any, once or more, after which nothing of it is left.
 */
final class DemoServer implements AutoCloseable {
    /** Below the range from which systems take ports for outgoing connections: a client that tries again must not get it. */
    private static final int PORT_FIRST = 20_000;

    private static final int PORT_COUNT = 10_000;
    private static final int PORTS_TRIED = 100;
    private static final int START_SECONDS = 180;
    private static final int POLL_MILLIS = 20;
    private static final int NATIVE_ACCESS_SINCE = 24;
    private static final int LOG_CHARACTERS = 4_000;

    private final Path directory;
    private final int port;
    private final List<String> arguments;
    private final SharedRef<Process> process = new SharedRef<>();
    private final SharedLong closed = new SharedLong(0);

    /** A server with further arguments, on a directory of its own. */
    DemoServer(Path directory, int port, List<String> arguments) {
        this.directory = directory;
        this.port = port;
        this.arguments = List.copyOf(arguments);
    }

    /** One that is alone. */
    static DemoServer alone() throws IOException {
        int port = freePort();
        return new DemoServer(
                Files.createTempDirectory("sluice-demo-"), port, List.of("--port", Integer.toString(port)));
    }

    int port() {
        return port;
    }

    Path directory() {
        return directory;
    }

    String url() {
        return "sluice://localhost:" + port;
    }

    /** Starts a process on the directory and returns its id when clients may connect. */
    long start() throws IOException, InterruptedException {
        begin();
        return awaitStarted();
    }

    /** Starts a process on the directory; {@link #awaitStarted} is to follow. */
    void begin() throws IOException {
        Process started = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process.set(started);
        if (closed.value() != 0) {
            started.destroyForcibly();
            throw new IOException("the demonstration was ended");
        }
    }

    /** Waits until clients may connect, and returns the id of the process. */
    long awaitStarted() throws IOException, InterruptedException {
        Process started = Objects.requireNonNull(process.value());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "the server ended with code " + started.exitValue() + " while it started:\n" + lastWords());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "the server did not open port " + port + " within " + START_SECONDS + " s:\n" + lastWords());
            }
        }
        return started.pid();
    }

    /** SIGKILL; returns the id of the process when it is gone. */
    long kill() throws InterruptedException {
        Process running = process.value();
        if (running == null) {
            throw new IllegalStateException("killed before it was started");
        }
        running.destroyForcibly().waitFor();
        return running.pid();
    }

    /** Waits for so long, or until the process has ended, if there is one; whether it waited for one that still runs. */
    boolean awaitEnd(long millis) throws InterruptedException {
        Process running = process.value();
        return running != null && running.isAlive() && !running.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** The end of what it said, for people. */
    String lastWords() throws IOException {
        if (!Files.exists(log())) {
            return "";
        }
        String all = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8);
        return all.substring(Math.max(0, all.length() - LOG_CHARACTERS));
    }

    /** Ends the process and removes the directory. */
    @Override
    public void close() throws IOException {
        closed.set(1);
        Process running = process.value();
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
        delete(directory);
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC", "-Xshare:auto"));
        // Else a start looks whether a flight recording is wanted: see the launcher.
        command.add("-Dio.netty.jfr.enabled=false");
        String archive = System.getProperty("sluice.archive");
        if (archive != null) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off", "-Xlog:class+path=off"));
        }
        command.addAll(List.of(
                "-cp", absolute(System.getProperty("java.class.path")), "dev.sluice.server.cli.Main", "server"));
        command.addAll(List.of("--data", directory.resolve("data").toString()));
        command.addAll(arguments);
        return command;
    }

    /** The class path may be relative to where we were started, which is where the server is started too; still, say it in full. */
    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            entries.add(new File(entry).getAbsolutePath());
        }
        return String.join(File.pathSeparator, entries);
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
        for (int attempt = 0; attempt < PORTS_TRIED; attempt++) {
            int candidate = PORT_FIRST + ThreadLocalRandom.current().nextInt(PORT_COUNT);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new IOException("no free port found from " + PORT_FIRST + " to " + (PORT_FIRST + PORT_COUNT - 1));
    }

    private static boolean isFree(int candidate) throws IOException {
        try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    delete(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
