package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.junit.SluiceServer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import org.junit.jupiter.api.Test;

@SluiceServer
class GateTest {
    @Test
    void arrives(JMSContext context) {
        Queue orders = context.createQueue("orders");
        context.createProducer().send(orders, "a gate");
        assertThat(context.createConsumer(orders).receiveBody(String.class, 1_000))
                .isEqualTo("a gate");
    }
}
