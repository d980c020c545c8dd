package dev.sluice.examples;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.PrintStream;

/** Plain Java: sends orders, and receives those of one region. */
public final class Orders {
    private Orders() {}

    /** With the URL of a server, or without one for a server on this machine. */
    public static void main(String[] arguments) {
        run(new SluiceConnectionFactory(arguments.length == 0 ? "sluice://localhost:7676" : arguments[0]), System.out);
    }

    static void run(ConnectionFactory factory, PrintStream out) {
        try (JMSContext context = factory.createContext()) {
            Queue orders = context.createQueue("orders");
            context.createProducer().setProperty("region", "eu").send(orders, "a gate");
            context.createProducer().setProperty("region", "us").send(orders, "a lock");
            // Whoever sends knows here that both are kept: send returns when they are on the disk.
            String order = context.createConsumer(orders, "region = 'eu'").receiveBody(String.class, 10_000);
            out.println("for eu: " + order);
        }
    }
}
