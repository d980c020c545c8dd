package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Open Liberty with a server that {@code server.xml} describes. */
final class OpenLiberty extends ApplicationServer {
    private static final int HTTP = 17_500;

    OpenLiberty(Path directory, String url) throws IOException {
        super("open-liberty", directory, url, HTTP);
    }

    @Override
    void setUp(Path rar) throws IOException {
        Files.createDirectories(server().resolve("dropins"));
        put(file("server.xml"), "server.xml");
        put(rar, "sluice.rar");
        String version = System.getProperty("derby.version");
        for (String part : List.of("derby", "derbyshared", "derbytools")) {
            put(
                    Path.of(System.getProperty("derby.directory"), part, version, part + "-" + version + ".jar"),
                    part + ".jar");
        }
        // Beside what users do.
        Files.writeString(
                server().resolve("bootstrap.properties"),
                "http.port=" + port() + "\ncom.ibm.ws.logging.console.log.level=INFO\n");
    }

    private Path server() {
        return home().resolve("usr/servers/sluice");
    }

    private void put(Path file, String name) throws IOException {
        Files.copy(file, server().resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    void deploy(Path war) throws IOException {
        put(war, "dropins/" + war.getFileName());
    }

    @Override
    void undeploy(String war) throws IOException {
        long before = ended();
        Files.delete(server().resolve("dropins").resolve(war));
        Awaitility.await(war + " has ended").atMost(Duration.ofSeconds(60)).until(() -> ended() > before);
    }

    private long ended() throws IOException {
        return log().lines().filter(line -> line.contains("CWWKZ0009I")).count();
    }

    @Override
    List<String> command() {
        return List.of(home().resolve("bin/server").toString(), "run", "sluice");
    }

    @Override
    Map<String, String> environment() {
        return Map.of("JVM_ARGS", JVM_OPTIONS);
    }

    @Override
    String lookup(String plain) {
        return plain;
    }

    @Override
    Map<String, String> descriptors(Application application) {
        return Map.of();
    }

    @Override
    boolean isWarning(String line) {
        return line.startsWith("[WARNING") || line.startsWith("[ERROR");
    }
}
