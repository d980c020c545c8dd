package dev.sluice.bench.peer;

import java.util.ArrayList;
import java.util.List;

/** Sluice: the server process that the launcher starts for {@code ./sluice server}, without the script, so that its process is the JVM's. */
final class SluiceProvider implements Provider {
    private static final String JAR = "sluice-server-";

    @Override
    public String name() {
        return "sluice";
    }

    @Override
    public void fetch(Home home) {
        // The launcher has built it.
    }

    @Override
    public String version(Home home) {
        return home.classPath().stream()
                .map(entry -> entry.substring(entry.lastIndexOf('/') + 1))
                .filter(name -> name.startsWith(JAR) && name.endsWith(".jar"))
                .map(name -> name.substring(JAR.length(), name.length() - ".jar".length()))
                .findFirst()
                .orElse("unpacked");
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "The batch that a send is in is written to the log and fdatasync has returned; several sends share one."
                : "Credit only: the server has told the client how much it may send, and the send is not confirmed.";
    }

    @Override
    public void prepare(Place place) {
        // The defaults are measured.
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>(place.home().serverCommand());
        command.addAll(List.of("--data", place.data().toString(), "--port", Integer.toString(place.port())));
        return command;
    }

    @Override
    public Client client(Place place) {
        return Client.jms("dev.sluice.SluiceConnectionFactory", "sluice://127.0.0.1:" + place.port());
    }

    @Override
    public List<String> clientClassPath(Home home) {
        return home.classPath();
    }
}
