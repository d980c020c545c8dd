package dev.sluice.server.cli;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The destination of a command: a queue, or with an option a topic. */
final class DestinationName {
    @Parameters(
            index = "0",
            paramLabel = "DESTINATION",
            description = "The name of the queue (or topic), such as orders.new.")
    private String name = "";

    @Option(
            names = {"-t", "--topic"},
            description = "DESTINATION is a topic.")
    private boolean topic;

    String name() {
        return name;
    }

    boolean isTopic() {
        return topic;
    }

    /** The destination as JMS has it. */
    Destination in(Session session) throws JMSException {
        return topic ? session.createTopic(name) : session.createQueue(name);
    }

    @Override
    public String toString() {
        return (topic ? "topic " : "queue ") + name;
    }
}
