package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.SimpleJmsListenerContainerFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

/** A small application of Spring: beans, annotated listeners, JSON, replies. */
class SpringApplicationIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    /** What goes through the application. */
    record Order(String id, int count) {}

    /** What it answers. */
    record Receipt(String id, String note) {}

    /** The listeners. */
    static final class Shop {
        private final List<Object> seen = new CopyOnWriteArrayList<>();

        @JmsListener(destination = "shop.orders", concurrency = "2-4")
        @SendTo("shop.receipts")
        Receipt order(Order order, @Header("region") String region) {
            seen.add(order);
            return new Receipt(order.id(), order.count() + " to " + region);
        }

        @JmsListener(destination = "shop.receipts", selector = "_type = 'receipt'", containerFactory = "simple")
        void receipt(Receipt receipt) {
            seen.add(receipt);
        }

        @JmsListener(destination = "shop.questions")
        String answer(String question) {
            return "answer to " + question;
        }
    }

    /** The beans. */
    @Configuration
    @EnableJms
    static class Beans {
        @Bean
        ConnectionFactory sluice() {
            return new CachingConnectionFactory(
                    new SluiceConnectionFactory(SERVER.process().url()));
        }

        @Bean
        JacksonJsonMessageConverter json() {
            JacksonJsonMessageConverter json = new JacksonJsonMessageConverter();
            json.setTypeIdPropertyName("_type");
            json.setTypeIdMappings(
                    java.util.Map.of("order", Order.class, "receipt", Receipt.class, "text", String.class));
            return json;
        }

        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(
                ConnectionFactory sluice, JacksonJsonMessageConverter json) {
            DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
            factory.setConnectionFactory(sluice);
            factory.setMessageConverter(json);
            factory.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
            factory.setReceiveTimeout(200L);
            return factory;
        }

        @Bean
        SimpleJmsListenerContainerFactory simple(ConnectionFactory sluice, JacksonJsonMessageConverter json) {
            SimpleJmsListenerContainerFactory factory = new SimpleJmsListenerContainerFactory();
            factory.setConnectionFactory(sluice);
            factory.setMessageConverter(json);
            return factory;
        }

        @Bean
        JmsTemplate template(ConnectionFactory sluice, JacksonJsonMessageConverter json) {
            JmsTemplate template = new JmsTemplate(sluice);
            template.setMessageConverter(json);
            template.setReceiveTimeout(Moments.PATIENCE.toMillis());
            return template;
        }

        @Bean
        Shop shop() {
            return new Shop();
        }
    }

    @Test
    void annotatedListenersHandOnWhatTheyReturn() throws Exception {
        try (var context = new AnnotationConfigApplicationContext(Beans.class)) {
            JmsTemplate template = context.getBean(JmsTemplate.class);
            Shop shop = context.getBean(Shop.class);

            for (int number = 0; number < 20; number++) {
                template.convertAndSend("shop.orders", new Order("order-" + number, number), message -> {
                    message.setStringProperty("region", "eu");
                    return message;
                });
            }
            Moments.await("all orders and receipts").until(() -> shop.seen.size() >= 40);
            Moments.awaitSilence();

            assertThat(shop.seen).hasSize(40);
            for (int number = 0; number < 20; number++) {
                assertThat(shop.seen)
                        .contains(
                                new Order("order-" + number, number),
                                new Receipt("order-" + number, number + " to eu"));
            }
            var reply = template.sendAndReceive(
                    "shop.questions", session -> template.getMessageConverter().toMessage("why", session));
            assertThat(template.getMessageConverter().fromMessage(reply)).isEqualTo("answer to why");
        }
    }
}
