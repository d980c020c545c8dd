package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShutdownIT {
    /** What a JVM returns that ended by SIGTERM after its hooks. */
    private static final int EXIT_TERMINATED = 143;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @Test
    void sigtermEndsTheServerWithoutLossAndItsClientsGoOnWithTheNextOne() throws Exception {
        try (JMSContext context = server.factory().createContext()) {
            Queue letters = context.createQueue("letters");
            List<String> sent = new ArrayList<>();
            for (int number = 0; number < 500; number++) {
                context.createProducer().send(letters, "letter " + number);
                sent.add("letter " + number);
            }

            assertThat(server.stop()).isIn(0, EXIT_TERMINATED);
            server.start();

            JMSConsumer consumer = context.createConsumer(letters);
            assertThat(Received.texts(consumer, sent.size())).isEqualTo(sent);
            Received.nothing(consumer);
        }
    }

    @Test
    void aSecondServerOnTheSameDataIsRefusedWithTheReason() throws Exception {
        JavaProcess second = server.startAnotherOnTheSameData();

        int exit = second.awaitExit(Duration.ofSeconds(30));

        assertThat(exit).as(second.output()).isNotZero();
        assertThat(second.output())
                .contains(server.data().toString())
                .containsPattern("(?i)in use|locked|another|already");
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(context.createQueue("letters"), "the first one goes on");
        }
    }
}
