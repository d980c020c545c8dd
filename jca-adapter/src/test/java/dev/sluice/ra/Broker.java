package dev.sluice.ra;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real server as a process of its own, always on the same port; and what a client without a container does with it. */
final class Broker implements AutoCloseable {
    /** Below the range from which systems take ports for outgoing connections. */
    private static final int PORT_FIRST = 20_000;

    private static final int PORT_COUNT = 10_000;

    /** It starts at once, and does little. */
    private static final List<String> SMALL = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Path data;
    private final List<String> options;
    private final int port;
    private @Nullable Process process;

    Broker(Path data) throws IOException {
        this(data, SMALL);
    }

    /** {@code options}: of the JVM. */
    Broker(Path data, List<String> options) throws IOException {
        this.data = data;
        this.options = options;
        this.port = freePort();
    }

    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.server.cli.Main",
                "server",
                "--data",
                data.resolve("data").toString(),
                "--port",
                Integer.toString(port)));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("output.txt").toFile())
                .start();
        Awaitility.await("the server opens its port")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(this::answers);
    }

    /** Lets this user in, and from now on nobody without a name. */
    void addUser(String name, String password) throws IOException, InterruptedException {
        Process adding = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.sluice.server.cli.Main",
                        "users",
                        "add",
                        name,
                        "--data",
                        data.resolve("data").toString(),
                        "--password-stdin")
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("users.txt").toFile())
                .start();
        try (var in = adding.outputWriter()) {
            in.write(password + "\n");
        }
        if (adding.waitFor() != 0) {
            throw new IOException("no user: " + java.nio.file.Files.readString(data.resolve("users.txt")));
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        Process last = process;
        process = null;
        if (last != null) {
            last.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    String url() {
        return "sluice://localhost:" + port;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        while (true) {
            int candidate = PORT_FIRST + ThreadLocalRandom.current().nextInt(PORT_COUNT);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (java.net.BindException taken) {
                continue;
            }
        }
    }

    static void put(String url, String queue, String... texts) {
        try (JMSContext context = new SluiceConnectionFactory(url).createContext()) {
            for (String text : texts) {
                context.createProducer().send(context.createQueue(queue), text);
            }
        }
    }

    /** What is in a queue, which is empty afterwards. */
    static List<String> drain(String url, String queue) {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = new SluiceConnectionFactory(url).createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            for (String text = consumer.receiveBodyNoWait(String.class);
                    text != null;
                    text = consumer.receiveBodyNoWait(String.class)) {
                texts.add(text);
            }
        }
        return texts;
    }
}
