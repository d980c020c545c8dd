package dev.sluice.examples;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.PrintStream;

/**
 * A transacted session: each order is taken and its bill is sent together, or not at all. What fails comes again. With a database in the
 * same transaction: docs/transactions.md.
 */
public final class Billing {
    private static final long QUIET_MILLIS = 1_000;

    private Billing() {}

    /** With the URL of a server, or without one for a server on this machine; ends when no order comes for a second. */
    public static void main(String[] arguments) throws JMSException {
        run(new SluiceConnectionFactory(arguments.length == 0 ? "sluice://localhost:7676" : arguments[0]), System.out);
    }

    static void run(ConnectionFactory factory, PrintStream out) throws JMSException {
        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSConsumer orders = context.createConsumer(context.createQueue("orders"));
            for (Message order = orders.receive(QUIET_MILLIS); order != null; order = orders.receive(QUIET_MILLIS)) {
                String text = order.getBody(String.class);
                context.createProducer().send(context.createQueue("bills"), "bill for " + text);
                if (text.equals("a lock") && !order.getJMSRedelivered()) {
                    out.println("not billed yet: " + text);
                    context.rollback();
                } else {
                    context.commit();
                    out.println("billed: " + text);
                }
            }
        }
    }
}
