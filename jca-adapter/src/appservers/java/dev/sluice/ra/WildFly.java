package dev.sluice.ra;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** WildFly as its distribution has it, with the adapter and the application of the tests, on ports of its own. */
final class WildFly implements AutoCloseable {
    private static final int OFFSET = 11_300;
    private static final int HTTP = 8080 + OFFSET;

    private final Path home;
    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable Process process;
    private int starts;

    /** Unpacks it below {@code directory}, and has {@code sluice.cli} set it up. */
    WildFly(Path zip, Path directory, String url) throws IOException, InterruptedException {
        this.url = url;
        unpack(zip, directory);
        try (var entries = Files.list(directory)) {
            home = entries.filter(entry -> entry.getFileName().toString().startsWith("wildfly"))
                    .findFirst()
                    .orElseThrow();
        }
        Process cli = script(
                "jboss-cli.sh",
                "cli.log",
                List.of("--file=" + Path.of("src/appservers/wildfly/sluice.cli").toAbsolutePath()));
        if (!cli.waitFor(120, TimeUnit.SECONDS) || cli.exitValue() != 0) {
            throw new IOException("the set-up failed:\n" + Files.readString(home.resolve("cli.log")));
        }
    }

    private static void unpack(Path zip, Path directory) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target);
                    boolean ignored =
                            !entry.getName().endsWith(".sh") || target.toFile().setExecutable(true);
                }
            }
        }
    }

    private Process script(String name, String log, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin").resolve(name).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SLUICE_URL", url);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xmx512m -Djava.net.preferIPv4Stack=true");
        return builder.redirectErrorStream(true)
                .redirectOutput(home.resolve(log).toFile())
                .start();
    }

    /** Puts the adapter and the application where it takes them from. */
    void deploy(Path rar) throws IOException {
        Path deployments = home.resolve("standalone/deployments");
        Files.copy(rar, deployments.resolve("sluice.rar"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path war = deployments.resolve("orders.war");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(war))) {
            for (String name : List.of("OrderBean", "Probe", "Table")) {
                String file = "dev/sluice/ra/app/" + name + ".class";
                out.putNextEntry(new ZipEntry("WEB-INF/classes/" + file));
                try (InputStream in = WildFly.class.getClassLoader().getResourceAsStream(file)) {
                    in.transferTo(out);
                }
            }
            out.putNextEntry(new ZipEntry("WEB-INF/beans.xml"));
            out.write("<beans xmlns='https://jakarta.ee/xml/ns/jakartaee' version='4.0' bean-discovery-mode='all'/>"
                    .getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
    }

    void start() throws IOException {
        starts++;
        process = script(
                "standalone.sh",
                "server-" + starts + ".log",
                List.of(
                        "-c",
                        "standalone-full.xml",
                        "-b",
                        "127.0.0.1",
                        "-Djboss.socket.binding.port-offset=" + OFFSET,
                        "-DRecoveryEnvironmentBean.periodicRecoveryPeriod=5",
                        "-DRecoveryEnvironmentBean.recoveryBackoffPeriod=1",
                        "-DJTAEnvironmentBean.orphanSafetyInterval=2000"));
        Awaitility.await("the application answers")
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("WildFly ended:\n" + log());
                    }
                    try {
                        return get("rows", "") != null;
                    } catch (IOException notYet) {
                        return false;
                    }
                });
    }

    String log() throws IOException {
        return Files.readString(home.resolve("server-" + starts + ".log"));
    }

    /** Asks the probe of the application. */
    List<String> get(String what, String text) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP + "/orders/probe?do=" + what + "&text="
                                + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().lines().toList();
    }

    /** SIGKILL, of the script and the JVM. */
    void kill() throws InterruptedException {
        Process last = process;
        process = null;
        if (last != null) {
            List<ProcessHandle> all = new ArrayList<>(last.descendants().toList());
            all.forEach(ProcessHandle::destroyForcibly);
            last.destroyForcibly().waitFor();
            all.forEach(each -> each.onExit().join());
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
