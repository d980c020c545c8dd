package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.junit.SluiceServer;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A test with a server of its own for each method: of plain Java, and of a transacted session. */
@SluiceServer(per = SluiceServer.Per.METHOD)
class OrdersTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);

    @Test
    void ordersOfARegionArrive(ConnectionFactory factory, JMSContext context) {
        Orders.run(factory, out);

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("for eu: a gate");
        assertThat(context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 10_000))
                .isEqualTo("a lock");
    }

    @Test
    void eachOrderIsBilledOnce(ConnectionFactory factory, JMSContext context) throws JMSException {
        context.createProducer().send(context.createQueue("orders"), "a gate");
        context.createProducer().send(context.createQueue("orders"), "a lock");

        Billing.run(factory, out);

        assertThat(output.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("billed: a gate", "not billed yet: a lock", "billed: a lock");
        try (var bills = context.createConsumer(context.createQueue("bills"))) {
            assertThat(bills.receiveBody(String.class, 10_000)).isEqualTo("bill for a gate");
            assertThat(bills.receiveBody(String.class, 10_000)).isEqualTo("bill for a lock");
            assertThat(bills.receiveNoWait()).isNull();
        }
    }
}
