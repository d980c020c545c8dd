package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own, as it is run. */
class ServerProcessIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process sluice(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.server.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(log(name).toFile())
                .redirectOutput(directory.resolve(name + ".out").toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path log(String name) {
        return directory.resolve(name + ".err");
    }

    private String said(String name) throws IOException {
        return Files.exists(log(name)) ? Files.readString(log(name)) : "";
    }

    private int portOf(String name) throws IOException {
        Awaitility.await().atMost(DEADLINE).until(() -> said(name).contains("listening address="));
        String address = said(name).replaceAll("(?s).*listening address=(\\S+).*", "$1");
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static int exitOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String out(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".out"));
    }

    @Test
    void stopsOnSigtermWithNothingLost() throws IOException, InterruptedException {
        Process server = sluice("server", "server", "--port", "0");
        String url = "sluice://localhost:" + portOf("server");
        assertThat(exitOf(sluice("send", "send", "orders", "-m", "kept", "--url", url)))
                .isZero();
        server.destroy();
        assertThat(exitOf(server)).isZero();
        assertThat(said("server")).contains("stopping address=", "stopped address=");
        Process again = sluice("again", "server", "--port", "0");
        String urlAgain = "sluice://localhost:" + portOf("again");
        assertThat(exitOf(sluice("receive", "receive", "orders", "-n", "1", "--url", urlAgain)))
                .isZero();
        assertThat(out("receive")).isEqualTo("kept\n");
        assertThat(again.isAlive()).isTrue();
    }

    @Test
    void losesNothingWhenItIsKilled() throws IOException, InterruptedException {
        Process server = sluice("server", "server", "--port", "0");
        String url = "sluice://localhost:" + portOf("server");
        assertThat(exitOf(sluice("send", "send", "orders", "-m", "one", "-m", "two", "--url", url)))
                .isZero();
        assertThat(exitOf(sluice("first", "receive", "orders", "-n", "1", "--url", url)))
                .isZero();
        assertThat(exitOf(server.destroyForcibly())).isNotZero();
        Process again = sluice("again", "server", "--port", "0");
        String urlAgain = "sluice://localhost:" + portOf("again");
        assertThat(exitOf(sluice("receive", "receive", "orders", "--url", urlAgain)))
                .isZero();
        assertThat(out("first") + out("receive")).isEqualTo("one\ntwo\n");
        assertThat(again.isAlive()).isTrue();
    }

    @Test
    void refusesASecondServerOnTheSameDirectory() throws IOException, InterruptedException {
        Process first = sluice("first", "server", "--port", "0");
        int port = portOf("first");
        Process second = sluice("second", "server", "--port", "0");
        assertThat(exitOf(second)).isEqualTo(1);
        assertThat(said("second"))
                .contains("sluice-data", "in use by another server process", "--data")
                .doesNotContain("\tat ");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
        assertThat(first.isAlive()).isTrue();
    }

    @Test
    void saysWhichPortIsTaken() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process server = sluice("server", "server", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(exitOf(server)).isEqualTo(1);
            assertThat(said("server"))
                    .contains("port " + taken.getLocalPort(), "in use", "--port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void doesNotStartWithAKeyThatItDoesNotKnow() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("sluice.yaml"), "# mine\nprot: 7677\n");
        assertThat(exitOf(sluice("server", "server"))).isEqualTo(2);
        assertThat(said("server")).contains("sluice.yaml:2", "'prot'", "'port'");
        assertThat(directory.resolve("sluice-data")).doesNotExist();
    }
}
