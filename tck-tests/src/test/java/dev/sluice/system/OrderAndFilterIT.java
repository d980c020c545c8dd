package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrderAndFilterIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @Test
    void higherPrioritiesComeFirstAndEachInItsOrderAlsoAfterAKill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue mixed = context.createQueue("mixed");
            JMSProducer producer = context.createProducer();
            for (int number = 0; number < 5; number++) {
                for (int priority = 0; priority <= 9; priority++) {
                    producer.setPriority(priority).send(mixed, priority + "/" + number);
                }
            }

            server.killAndRestart();

            List<String> expected = new ArrayList<>();
            for (int priority = 9; priority >= 0; priority--) {
                for (int number = 0; number < 5; number++) {
                    expected.add(priority + "/" + number);
                }
            }
            assertThat(Received.texts(context.createConsumer(mixed), 50)).isEqualTo(expected);
        }
    }

    @Test
    void aSelectorGetsItsMessagesAndLeavesTheOthersInPlaceAcrossAKill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue orders = context.createQueue("orders");
            for (int number = 0; number < 20; number++) {
                String region = number % 2 == 0 ? "eu" : "us";
                context.createProducer()
                        .setProperty("region", region)
                        .setProperty("number", number)
                        .send(orders, region + number);
            }
            JMSConsumer europe = context.createConsumer(orders, "region = 'eu' AND number BETWEEN 4 AND 10");
            assertThat(Received.texts(europe, 4)).containsExactly("eu4", "eu6", "eu8", "eu10");
            Received.nothing(europe);
            europe.close();

            server.killAndRestart();

            List<String> rest = Received.texts(context.createConsumer(orders), 16);
            assertThat(rest).doesNotContain("eu4", "eu6", "eu8", "eu10").startsWith("eu0", "us1", "eu2", "us3", "us5");
        }
    }

    @Test
    void aSelectorThatDoesNotParseIsRefusedAndTheConnectionGoesOn() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue orders = context.createQueue("orders");

            assertThatThrownBy(() -> context.createConsumer(orders, "region = = 'eu'"))
                    .isInstanceOf(InvalidSelectorRuntimeException.class);

            context.createProducer().send(orders, "fine");
            assertThat(Received.nextText(context.createConsumer(orders))).isEqualTo("fine");
        }
    }

    @Test
    void browsingShowsAllInOrderAndTakesNothing() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue letters = context.createQueue("letters");
            List<String> sent = new ArrayList<>();
            for (int number = 0; number < 1_500; number++) {
                context.createProducer().send(letters, "letter " + number);
                sent.add("letter " + number);
            }
            try (QueueBrowser browser = context.createBrowser(letters)) {
                assertThat(textsOf(browser)).isEqualTo(sent);
            }
            try (QueueBrowser browser = context.createBrowser(letters)) {
                JMSConsumer consumer = context.createConsumer(letters);
                assertThat(Received.texts(consumer, 1_500)).isEqualTo(sent);
                assertThat(textsOf(browser)).isSubsetOf(sent);
            }
        }
    }

    @Test
    void anExpiredMessageIsNotDeliveredNeitherBeforeNorAfterAKill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue milk = context.createQueue("milk");
            context.createProducer().setTimeToLive(300).send(milk, "sour");
            context.createProducer().setTimeToLive(600_000).send(milk, "fresh");
            context.createProducer().setTimeToLive(1).send(milk, "spilt");

            server.killAndRestart();

            Awaitility.await("the first message expires")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> depth(context, milk) == 1);
            JMSConsumer consumer = context.createConsumer(milk);
            assertThat(Received.nextText(consumer)).isEqualTo("fresh");
            Received.nothing(consumer);
        }
    }

    private static int depth(JMSContext context, Queue queue) throws JMSException {
        try (QueueBrowser browser = context.createBrowser(queue)) {
            return textsOf(browser).size();
        }
    }

    private static List<String> textsOf(QueueBrowser browser) throws JMSException {
        List<String> texts = new ArrayList<>();
        Enumeration<?> messages = browser.getEnumeration();
        while (messages.hasMoreElements()) {
            texts.add(((TextMessage) messages.nextElement()).getText());
        }
        return texts;
    }
}
