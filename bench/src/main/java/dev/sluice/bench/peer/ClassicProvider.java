package dev.sluice.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** ActiveMQ Classic with KahaDB. */
final class ClassicProvider implements Provider {
    private static final Jars JARS = new Jars("classic");
    private static final String CONFIGURATION = "activemq.xml";

    @Override
    public String name() {
        return "classic";
    }

    @Override
    public void fetch(Home home) throws IOException, InterruptedException {
        JARS.fetch(home);
    }

    @Override
    public String version(Home home) throws IOException {
        return JARS.version(home, "activemq-broker");
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "KahaDB's journal has the message and its sync has returned (journalDiskSyncStrategy always)."
                : "Nothing: non-persistent sends do not block, within the broker's memory limit.";
    }

    @Override
    public void prepare(Place place) throws IOException {
        place.write(JARS.folder(), CONFIGURATION, Map.of());
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = JARS.java(
                place.home(),
                List.of(
                        "-Xms512m",
                        "-Xmx2g",
                        "-Dactivemq.home=" + place.directory(),
                        "-Dactivemq.base=" + place.directory()),
                "org.apache.activemq.console.Main");
        command.addAll(List.of("--noDefExt", "start", "xbean:" + CONFIGURATION));
        return command;
    }

    @Override
    public Client client(Place place) {
        return Client.jms("org.apache.activemq.ActiveMQConnectionFactory", "tcp://127.0.0.1:" + place.port());
    }

    @Override
    public List<String> clientClassPath(Home home) throws IOException {
        return JARS.clientClassPath(home);
    }
}
