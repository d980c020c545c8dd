package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

/** Receives from a queue until a message kills the process, or none comes for a while. Arguments: URL, queue, time in ms, a message to be sent first. */
final class DyingConsumer {
    /** What it ends with when a message has killed it. */
    static final int KILLED = 137;

    private DyingConsumer() {}

    public static void main(String[] arguments) throws JMSException {
        try (JMSContext context = new SluiceConnectionFactory(arguments[0]).createContext()) {
            if (arguments.length > 3) {
                context.createProducer().send(context.createQueue(arguments[1]), arguments[3]);
            }
            JMSConsumer consumer = context.createConsumer(context.createQueue(arguments[1]));
            consumer.setMessageListener(DyingConsumer::die);
            Thread.currentThread().join(Long.parseLong(arguments[2]));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As SIGKILL: no hook runs, nothing is said to the server. */
    private static void die(Message message) {
        Runtime.getRuntime().halt(KILLED);
    }
}
