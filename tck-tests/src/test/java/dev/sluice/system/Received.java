package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What tests do with consumers again and again. */
final class Received {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough that a message that is there would have come. */
    private static final Duration SILENCE = Duration.ofMillis(500);

    private Received() {}

    /** The next message; fails when none comes. */
    static Message next(JMSConsumer consumer) {
        Message message = consumer.receive(PATIENCE.toMillis());
        assertThat(message).as("a message within " + PATIENCE).isNotNull();
        return message;
    }

    /** The text of the next message. */
    static String nextText(JMSConsumer consumer) throws JMSException {
        return ((TextMessage) next(consumer)).getText();
    }

    /** The texts of the next messages. */
    static List<String> texts(JMSConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            texts.add(nextText(consumer));
        }
        return texts;
    }

    /** Fails when a message comes. */
    static void nothing(JMSConsumer consumer) {
        assertThat(consumer.receive(SILENCE.toMillis()))
                .as("no further message")
                .isNull();
    }
}
