package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.jms.annotations.JMSConnectionFactory;
import io.micronaut.jms.annotations.JMSListener;
import io.micronaut.jms.annotations.JMSProducer;
import io.micronaut.jms.annotations.Queue;
import io.micronaut.jms.annotations.Topic;
import io.micronaut.messaging.annotation.MessageBody;
import io.micronaut.messaging.annotation.MessageHeader;
import jakarta.inject.Singleton;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A small application of Micronaut: declared producers and listeners over the connection factory of Sluice. */
class MicronautApplicationIT {
    private static final String FACTORY = "sluice";

    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private ApplicationContext application;

    @BeforeEach
    void start() {
        application =
                ApplicationContext.run(Map.of("sluice.url", SERVER.process().url()));
    }

    @AfterEach
    void stop() {
        application.close();
    }

    /** The bean that a user writes. */
    @Factory
    @Requires(property = "sluice.url")
    static class Connections {
        @JMSConnectionFactory(FACTORY)
        ConnectionFactory sluice(@Value("${sluice.url}") String url) {
            return new SluiceConnectionFactory(url);
        }
    }

    /** Sends. */
    @JMSProducer(FACTORY)
    interface Orders {
        @Queue("micronaut.orders")
        void order(@MessageBody String text, @MessageHeader("region") String region);

        @Topic("micronaut.news")
        void publish(@MessageBody String text);

        @Queue("micronaut.questions")
        void ask(@MessageBody String text);

        @Queue("micronaut.answers")
        void answer(@MessageBody String text);

        @Queue("micronaut.handled")
        void handle(@MessageBody String text);
    }

    /** Receives. */
    @Singleton
    @JMSListener(FACTORY)
    @Requires(property = "sluice.url")
    static class Shop {
        final Collected orders = new Collected();
        final Collected europe = new Collected();
        final Collected news = new Collected();
        final Collected handled = new Collected();
        private final Orders sending;

        Shop(Orders sending) {
            this.sending = sending;
        }

        @Queue("micronaut.orders")
        void order(@MessageBody String text, @MessageHeader("region") String region) {
            orders.add(text + " to " + region);
        }

        @Queue(value = "micronaut.europe", messageSelector = "region = 'eu'")
        void europe(@MessageBody String text) {
            europe.add(text);
        }

        @Topic("micronaut.news")
        void news(@MessageBody String text) {
            news.add(text);
        }

        @Queue("micronaut.questions")
        void answer(@MessageBody String text) {
            sending.answer("answer to " + text);
        }

        @Queue(value = "micronaut.handled", acknowledgeMode = Session.CLIENT_ACKNOWLEDGE)
        void handled(@MessageBody String text) {
            handled.add(text);
        }
    }

    @Test
    void declaredListenersGetWhatDeclaredProducersSend() {
        Orders orders = application.getBean(Orders.class);
        Shop shop = application.getBean(Shop.class);

        for (int number = 0; number < 50; number++) {
            orders.order("order " + number, "eu");
            orders.publish("message " + number);
            orders.handle("message " + number);
        }

        shop.orders
                .awaitExactly(50)
                .assertEachOnce(IntStream.range(0, 50)
                        .mapToObj(number -> "order " + number + " to eu")
                        .toList());
        shop.news.awaitExactly(50).assertEachOnce(Collected.numbered(50));
        shop.handled.awaitExactly(50).assertEachOnce(Collected.numbered(50));
    }

    @Test
    void aSelectorKeepsOthersOut() {
        Shop shop = application.getBean(Shop.class);
        try (JMSContext context = SERVER.factory().createContext()) {
            var queue = context.createQueue("micronaut.europe");
            context.createProducer().setProperty("region", "us").send(queue, "to the us");
            context.createProducer().setProperty("region", "eu").send(queue, "to the eu");
        }

        shop.europe.awaitExactly(1);
        assertThat(shop.europe.texts()).containsExactly("to the eu");
    }

    @Test
    void aListenerMaySend() {
        application.getBean(Orders.class).ask("why");

        try (JMSContext context = SERVER.factory().createContext()) {
            assertThat(context.createConsumer(context.createQueue("micronaut.answers"))
                            .receiveBody(String.class, Moments.PATIENCE.toMillis()))
                    .isEqualTo("answer to why");
        }
    }
}
