package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** RabbitMQ as the system has installed it, by its own client; the client makes quorum queues. */
final class RabbitMqProvider implements Provider {
    private static final Jars JARS = new Jars("rabbitmq");
    private static final String CONFIGURATION = "rabbitmq.conf";
    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    @Override
    public String name() {
        return "rabbitmq";
    }

    @Override
    public Optional<String> refusal() {
        return Files.isExecutable(SERVER)
                ? Optional.empty()
                : Optional.of(
                        "rabbitmq needs the server that Debian's package rabbitmq-server installs, and there is no "
                                + SERVER + ".");
    }

    @Override
    public void fetch(Home home) throws IOException, InterruptedException {
        JARS.fetch(home);
    }

    @Override
    public String version(Home home) throws IOException {
        try (var applications = Files.list(Path.of("/usr/lib/rabbitmq/lib"))) {
            return applications
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("rabbitmq_server-"))
                    .map(name -> name.substring("rabbitmq_server-".length()))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "The quorum queue's log (one replica here) has the message and fdatasync has returned."
                : "Nothing: the send is not confirmed.";
    }

    @Override
    public void prepare(Place place) throws IOException {
        place.write(JARS.folder(), CONFIGURATION, Map.of());
    }

    @Override
    public List<String> command(Place place) {
        // The port mapper stays a child of the server and ends with it; alone it would stay as a daemon.
        String script = "epmd -address 127.0.0.1 & exec " + SERVER;
        return List.of("/bin/sh", "-c", script);
    }

    @Override
    public Map<String, String> environment(Place place) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", place.directory().toString());
        environment.put("RABBITMQ_NODENAME", "bench" + place.port() + "@localhost");
        environment.put("RABBITMQ_CONFIG_FILE", place.file(CONFIGURATION).toString());
        environment.put("RABBITMQ_MNESIA_BASE", place.data().toString());
        environment.put("RABBITMQ_LOG_BASE", place.file("log").toString());
        environment.put("RABBITMQ_LOGS", "-");
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE", place.file("enabled_plugins").toString());
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(place.secondPort()));
        environment.put("ERL_EPMD_PORT", Integer.toString(place.thirdPort()));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        // The script then becomes the server instead of waiting for it.
        environment.put("RUNNING_UNDER_SYSTEMD", "true");
        return environment;
    }

    @Override
    public Client client(Place place) {
        return Client.ofApi("rabbitmq", place.port());
    }

    @Override
    public List<String> clientClassPath(Home home) throws IOException {
        return JARS.clientClassPath(home);
    }
}
