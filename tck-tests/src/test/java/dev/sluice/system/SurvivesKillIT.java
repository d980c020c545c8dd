package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SurvivesKillIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @Test
    void aMessageThatWasSentIsReceivedOnceAfterAKill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(context.createQueue("letters"), "hello");
        }

        server.killAndRestart();

        try (JMSContext context = server.factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("letters"));
            assertThat(Received.nextText(consumer)).isEqualTo("hello");
            Received.nothing(consumer);
        }
    }

    @Test
    void anAcknowledgedMessageDoesNotComeBack() throws JMSException {
        try (JMSContext context = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue letters = context.createQueue("letters");
            context.createProducer().send(letters, "first").send(letters, "second");
            JMSConsumer consumer = context.createConsumer(letters);
            Message first = Received.next(consumer);
            first.acknowledge();

            server.killAndRestart();
        }

        try (JMSContext context = server.factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("letters"));
            assertThat(Received.nextText(consumer)).isEqualTo("second");
            Received.nothing(consumer);
        }
    }

    @Test
    void aConnectionGoesOnAfterTheRestartAsIfNothingHadHappened() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue letters = context.createQueue("letters");
            Topic news = context.createTopic("news");
            JMSConsumer fromQueue = context.createConsumer(letters);
            JMSConsumer fromTopic = context.createConsumer(news);
            context.createProducer().send(letters, "before").send(news, "before");
            assertThat(Received.nextText(fromQueue)).isEqualTo("before");
            assertThat(Received.nextText(fromTopic)).isEqualTo("before");

            server.killAndRestart();

            context.createProducer().send(letters, "after").send(news, "after");
            assertThat(Received.nextText(fromQueue)).isEqualTo("after");
            assertThat(Received.nextText(fromTopic)).isEqualTo("after");
            Received.nothing(fromQueue);
            Received.nothing(fromTopic);
        }
    }

    @Test
    void whatAConsumerHoldsStaysWithItAcrossTheKill() throws JMSException {
        try (JMSContext holder = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                JMSContext other = server.factory().createContext()) {
            Queue letters = holder.createQueue("letters");
            JMSConsumer consumer = holder.createConsumer(letters);
            holder.createProducer().send(letters, "held");
            Message held = Received.next(consumer);

            server.killAndRestart();

            Received.nothing(other.createConsumer(letters));
            held.acknowledge();
            Received.nothing(consumer);
        }
    }

    @Test
    void aSendDuringTheOutageReturnsWhenTheServerIsBack() throws Exception {
        try (JMSContext context = server.factory().createContext()) {
            Queue letters = context.createQueue("letters");
            context.createProducer().send(letters, "before");
            server.kill();

            Thread sender = new Thread(() -> context.createProducer().send(letters, "during"), "sender");
            sender.start();
            server.start();
            sender.join(30_000);

            assertThat(sender.isAlive()).as("the send is still waiting").isFalse();
            JMSConsumer consumer = context.createConsumer(letters);
            assertThat(Received.texts(consumer, 2)).containsExactly("before", "during");
            Received.nothing(consumer);
        }
    }
}
