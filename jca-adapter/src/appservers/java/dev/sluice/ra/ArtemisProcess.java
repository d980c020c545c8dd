package dev.sluice.ra;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.awaitility.Awaitility;

/** An Artemis server as a process of its own, with a journal of plain files that it syncs. */
final class ArtemisProcess implements AutoCloseable {
    private final int port;
    private final Process process;

    /** Runs the server with the configuration file that the argument is the URL of. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedActiveMQ server = new EmbeddedActiveMQ();
            server.setConfigResourcePath(arguments[0]);
            server.start();
        }
    }

    ArtemisProcess(Path directory) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = directory.resolve("broker.xml");
        Files.writeString(
                configuration,
                Files.readString(Path.of("src/appservers/artemis/broker.xml"))
                        .replace("@DATA@", directory.toString())
                        .replace("@PORT@", Integer.toString(port)));
        process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        configuration.toUri().toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
        Awaitility.await("Artemis opens its port")
                .atMost(Duration.ofSeconds(60))
                .until(this::answers);
    }

    int port() {
        return port;
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
