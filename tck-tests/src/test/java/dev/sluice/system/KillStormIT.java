package dev.sluice.system;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Producers and consumers that never hear of the kills: all they see is that some calls take longer. */
class KillStormIT {
    private static final int KILLS = Boolean.getBoolean("sluice.long") ? 20 : 10;
    private static final int PRODUCERS = 4;
    private static final int CONSUMERS = 4;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final class Users implements Traffic.Users {
        @Override
        public Connection connect(int user) throws JMSException {
            return server.factory().createConnection();
        }

        @Override
        public String queue(int user) {
            return "storm";
        }

        @Override
        public int mode(int consumer) {
            return consumer % 2 == 0 ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE;
        }
    }

    @Test
    void everySendThatReturnedIsReceivedExactlyOnceAndInOrder() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("kill storm: -Dseed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Traffic traffic = new Traffic(PRODUCERS, CONSUMERS, new Users())) {
            for (int kill = 0; kill < KILLS; kill++) {
                traffic.awaitReceived(random.nextInt(1, 400));
                Traffic.awaitMillis(random.nextInt(100));
                server.killAndRestart();
            }
            traffic.awaitReceived(1_000);
            System.out.println("kill storm: " + traffic.endAndCheck() + " messages, " + KILLS + " kills");
        }
    }
}
