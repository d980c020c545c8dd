package dev.sluice.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Apache Qpid Broker-J with its BDB store, by Qpid JMS (AMQP 1.0). */
final class QpidProvider implements Provider {
    private static final Jars JARS = new Jars("qpid");
    private static final String CONFIGURATION = "initial-config.json";

    @Override
    public String name() {
        return "qpid";
    }

    @Override
    public void fetch(Home home) throws IOException, InterruptedException {
        JARS.fetch(home);
    }

    @Override
    public String version(Home home) throws IOException {
        return JARS.version(home, "qpid-broker");
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "Berkeley DB's log has the message and its sync has returned; commits that wait together share one."
                : "Nothing: non-persistent sends do not block, within the link's credit.";
    }

    @Override
    public void prepare(Place place) throws IOException {
        place.write(JARS.folder(), CONFIGURATION, Map.of());
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = JARS.java(
                place.home(),
                List.of("-Xms512m", "-Xmx2g", "-XX:MaxDirectMemorySize=1536m"),
                "org.apache.qpid.server.Main");
        command.addAll(List.of("-icp", place.file(CONFIGURATION).toString(), "-prop", "qpid.work_dir=" + place.data()));
        return command;
    }

    @Override
    public Client client(Place place) {
        // A topic of JMS is a routing key of this exchange.
        return Client.jms(
                "org.apache.qpid.jms.JmsConnectionFactory",
                "amqp://127.0.0.1:" + place.port() + "?amqp.vhost=default&jms.topicPrefix=amq.topic/");
    }

    @Override
    public List<String> clientClassPath(Home home) throws IOException {
        return JARS.clientClassPath(home);
    }
}
