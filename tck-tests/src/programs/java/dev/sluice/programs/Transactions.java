package dev.sluice.programs;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.junit.jupiter.api.Assumptions;

/** What tests of transacted sessions need. */
final class Transactions {
    private Transactions() {}

    /** Skips the test, visibly, as long as a transacted session cannot be created. */
    static void assumeThatTheyAreThere(ConnectionFactory factory) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            try {
                connection.createSession(true, Session.SESSION_TRANSACTED).close();
            } catch (JMSException notYet) {
                Assumptions.abort("SKIPPED, no transacted session can be created: " + notYet.getMessage());
            }
        }
    }
}
