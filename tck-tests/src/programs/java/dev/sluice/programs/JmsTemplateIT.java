package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.MessageFormatException;
import org.springframework.jms.core.JmsClient;
import org.springframework.jms.core.JmsMessagingTemplate;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.jms.support.converter.MessageType;
import org.springframework.messaging.support.MessageBuilder;

/** Spring's {@code JmsTemplate} and what is built on it, over each way to come by connections. */
@ParameterizedClass
@EnumSource
class JmsTemplateIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    @Parameter
    Connecting connecting;

    private final String queue = fresh("orders");
    private Connecting.Source source;
    private JmsTemplate template;

    @BeforeEach
    void connect() {
        source = connecting.over(SERVER.factory("deserialization.allow=java.time.*"));
        template = new JmsTemplate(source.factory());
        template.setReceiveTimeout(Moments.PATIENCE.toMillis());
    }

    @AfterEach
    void disconnect() {
        source.close();
    }

    // ---- send and receive

    @Test
    void receivesWhatACreatorMade() throws JMSException {
        template.send(queue, session -> {
            Message message = session.createTextMessage("one sluice gate");
            message.setStringProperty("region", "eu");
            message.setJMSCorrelationID("order-1");
            message.setJMSType("order");
            return message;
        });

        Message received = template.receive(queue);

        assertThat(received.getBody(String.class)).isEqualTo("one sluice gate");
        assertThat(received.getStringProperty("region")).isEqualTo("eu");
        assertThat(received.getJMSCorrelationID()).isEqualTo("order-1");
        assertThat(received.getJMSType()).isEqualTo("order");
        assertThat(((Queue) received.getJMSDestination()).getQueueName()).isEqualTo(queue);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(4);
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @Test
    void receivesInTheOrderOfSendsAndEachOnce() {
        for (int number = 0; number < 50; number++) {
            template.convertAndSend(queue, "message " + number);
        }

        for (int number = 0; number < 50; number++) {
            assertThat(template.receiveAndConvert(queue)).isEqualTo("message " + number);
        }
        template.setReceiveTimeout(Moments.SILENCE.toMillis());
        assertThat(template.receive(queue)).isNull();
    }

    @Test
    void aMessageThatIsThereIsReceivedWithoutWaiting() {
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertThat(template.receive(queue)).isNull();

        for (int number = 0; number < 20; number++) {
            template.convertAndSend(queue, "there " + number);
            assertThat(template.receiveAndConvert(queue)).isEqualTo("there " + number);
        }
        assertThat(template.receive(queue)).isNull();
    }

    @Test
    void whatWasReceivedIsAcknowledgedInEachMode() {
        // A queue for each: a cached session keeps its consumer, which would get the next message.
        List<Integer> modes =
                List.of(Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE);
        for (int mode : modes) {
            template.setSessionAcknowledgeMode(mode);
            template.convertAndSend(queue + "." + mode, "mode " + mode);
            assertThat(template.receiveAndConvert(queue + "." + mode)).isEqualTo("mode " + mode);
        }

        source.close();
        try (JMSContext context = SERVER.factory().createContext()) {
            for (int mode : modes) {
                assertThat(context.createConsumer(context.createQueue(queue + "." + mode))
                                .receive(Moments.SILENCE.toMillis()))
                        .isNull();
            }
        }
    }

    @Test
    void selectsWithoutTouchingTheRest() throws JMSException {
        for (String region : List.of("us", "eu", "us", "eu")) {
            template.convertAndSend(queue, "to " + region, message -> {
                message.setStringProperty("region", region);
                return message;
            });
        }

        assertThat(template.receiveSelected(queue, "region = 'eu'").getBody(String.class))
                .isEqualTo("to eu");
        assertThat(template.receiveSelectedAndConvert(queue, "region = 'eu'")).isEqualTo("to eu");
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertThat(template.receiveSelected(queue, "region = 'eu'")).isNull();
        assertThat(template.receiveAndConvert(queue)).isEqualTo("to us");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("to us");
        assertThat(template.receive(queue)).isNull();
    }

    @Test
    void browsesInOrderAndLeavesTheMessagesThere() {
        for (int number = 0; number < 5; number++) {
            int current = number;
            template.convertAndSend(queue, "message " + number, message -> {
                message.setIntProperty("number", current);
                return message;
            });
        }

        assertThat(template.<List<String>>browse(queue, (session, browser) -> texts(browser.getEnumeration())))
                .containsExactly("message 0", "message 1", "message 2", "message 3", "message 4");
        assertThat(template.<List<String>>browseSelected(
                        queue, "number >= 3", (session, browser) -> texts(browser.getEnumeration())))
                .containsExactly("message 3", "message 4");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("message 0");
    }

    private static List<String> texts(java.util.Enumeration<?> messages) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Object each : Collections.list(messages)) {
            texts.add(((TextMessage) each).getText());
        }
        return texts;
    }

    @Test
    void sendsManyThroughOneSession() {
        template.execute(queue, (Session session, MessageProducer producer) -> {
            for (int number = 0; number < 10; number++) {
                producer.send(session.createTextMessage("message " + number));
            }
            return null;
        });

        for (int number = 0; number < 10; number++) {
            assertThat(template.receiveAndConvert(queue)).isEqualTo("message " + number);
        }
    }

    @Test
    void usesADefaultDestination() {
        template.setDefaultDestinationName(queue);
        template.convertAndSend("by name");
        assertThat(template.receiveAndConvert()).isEqualTo("by name");

        template.setDefaultDestination(new SluiceQueue(queue));
        template.convertAndSend("by object");
        assertThat(template.receiveAndConvert()).isEqualTo("by object");
    }

    // ---- request and reply

    @Test
    void aRequestGetsItsReplyThroughATemporaryQueue() throws Exception {
        CompletableFuture<Destination> replyTo = CompletableFuture.supplyAsync(this::answerOne);

        Message reply = template.sendAndReceive(queue, session -> {
            Message request = session.createTextMessage("question");
            request.setJMSCorrelationID("request-1");
            return request;
        });

        assertThat(reply.getBody(String.class)).isEqualTo("answer to question");
        assertThat(reply.getJMSCorrelationID()).isEqualTo("request-1");
        assertThat(replyTo.get(10, TimeUnit.SECONDS)).isInstanceOf(TemporaryQueue.class);
    }

    @Test
    void aRequestWithoutAReplyEndsWithItsTimeout() {
        template.setReceiveTimeout(200);

        assertThat(template.sendAndReceive(queue, session -> session.createTextMessage("question")))
                .isNull();
    }

    @Test
    void manyRequestsInTurnEachGetTheirOwnReply() throws Exception {
        CompletableFuture<Void> service = CompletableFuture.runAsync(() -> {
            for (int number = 0; number < 20; number++) {
                answerOne();
            }
        });

        for (int number = 0; number < 20; number++) {
            String question = "question " + number;
            assertThat(template.sendAndReceive(queue, session -> session.createTextMessage(question))
                            .getBody(String.class))
                    .isEqualTo("answer to " + question);
        }
        service.get(10, TimeUnit.SECONDS);
    }

    /** The other side: another program with another connection. */
    private Destination answerOne() {
        JmsTemplate other = new JmsTemplate(SERVER.factory());
        other.setReceiveTimeout(Moments.PATIENCE.toMillis());
        try {
            Message request = other.receive(queue);
            String question = request.getBody(String.class);
            other.send(request.getJMSReplyTo(), session -> {
                Message reply = session.createTextMessage("answer to " + question);
                reply.setJMSCorrelationID(request.getJMSCorrelationID());
                return reply;
            });
            return request.getJMSReplyTo();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    // ---- quality of service

    @Test
    void explicitQualityOfServiceReachesTheMessage() throws JMSException {
        template.setExplicitQosEnabled(true);
        template.setDeliveryPersistent(false);
        template.setPriority(8);
        template.setTimeToLive(60_000);
        long before = System.currentTimeMillis();

        template.convertAndSend(queue, "urgent");

        Message received = template.receive(queue);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(8);
        assertThat(received.getJMSExpiration()).isBetween(before + 60_000, System.currentTimeMillis() + 60_000);
    }

    @Test
    void theHigherPriorityComesFirst() {
        template.setExplicitQosEnabled(true);
        for (int priority : List.of(1, 9, 5)) {
            template.setPriority(priority);
            template.convertAndSend(queue, "priority " + priority);
        }

        assertThat(template.receiveAndConvert(queue)).isEqualTo("priority 9");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("priority 5");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("priority 1");
    }

    @Test
    void anExpiredMessageIsNotReceived() {
        template.setExplicitQosEnabled(true);
        template.setTimeToLive(30);
        template.convertAndSend(queue, "short-lived");
        template.setTimeToLive(0);
        template.convertAndSend(queue, "lasting");
        Moments.awaitMoment(50);

        assertThat(template.receiveAndConvert(queue)).isEqualTo("lasting");
    }

    @Test
    void aDelayedMessageComesWhenItsTimeHasCome() {
        template.setDeliveryDelay(300);
        long sent = System.nanoTime();
        template.convertAndSend(queue, "later");
        template.setDeliveryDelay(0);
        template.convertAndSend(queue, "now");

        assertThat(template.receiveAndConvert(queue)).isEqualTo("now");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("later");
        assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(299_000_000L);
    }

    // ---- topics

    @Test
    void publishesToATopic() {
        String news = fresh("news");
        template.setPubSubDomain(true);
        try (JMSContext context = SERVER.factory().createContext()) {
            var consumer = context.createConsumer(context.createTopic(news));
            template.convertAndSend(news, "headline");
            template.convertAndSend(new SluiceTopic(news), "second");

            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("headline");
            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("second");
        }
    }

    @Test
    void receivesFromATopicWhatComesWhileItWaits() throws Exception {
        String news = fresh("news");
        template.setPubSubDomain(true);
        CompletableFuture<Object> received = CompletableFuture.supplyAsync(() -> template.receiveAndConvert(news));

        try (JMSContext context = SERVER.factory().createContext()) {
            Moments.await("the subscriber gets a message").until(() -> {
                context.createProducer().send(context.createTopic(news), "headline");
                return received.isDone();
            });
        }

        assertThat(received.get()).isEqualTo("headline");
    }

    // ---- conversion

    @Test
    void convertsEachKindOfBody() throws JMSException {
        template.convertAndSend(queue, "text");
        template.convertAndSend(queue, "bytes".getBytes(StandardCharsets.UTF_8));
        template.convertAndSend(queue, Map.of("name", "gate", "count", 3));
        template.convertAndSend(queue, LocalDate.of(2026, 11, 1));

        List<Message> kinds = template.browse(queue, (session, browser) -> {
            List<Message> all = new ArrayList<>();
            for (Object each : Collections.list((java.util.Enumeration<?>) browser.getEnumeration())) {
                all.add((Message) each);
            }
            return all;
        });
        assertThat(kinds.get(0)).isInstanceOf(TextMessage.class);
        assertThat(kinds.get(1)).isInstanceOf(BytesMessage.class);
        assertThat(kinds.get(2)).isInstanceOf(MapMessage.class);
        assertThat(kinds.get(3)).isInstanceOf(ObjectMessage.class);
        assertThat(template.receiveAndConvert(queue)).isEqualTo("text");
        assertThat((byte[]) template.receiveAndConvert(queue)).asString().isEqualTo("bytes");
        assertThat(template.receiveAndConvert(queue)).isEqualTo(Map.of("name", "gate", "count", 3));
        assertThat(template.receiveAndConvert(queue)).isEqualTo(LocalDate.of(2026, 11, 1));
    }

    @Test
    void anObjectThatIsNotAllowedIsAFormatError() {
        template.convertAndSend(queue, new ArrayList<>(List.of("not", "allowed")));

        assertThatThrownBy(() -> template.receiveAndConvert(queue))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("deserialization.allow");
    }

    /** What is sent as JSON. */
    record Order(String id, int count) {}

    @Test
    void convertsJsonAsTextAndAsBytes() throws JMSException {
        JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter();
        converter.setTypeIdPropertyName("_type");
        template.setMessageConverter(converter);
        for (MessageType type : List.of(MessageType.TEXT, MessageType.BYTES)) {
            converter.setTargetType(type);
            template.convertAndSend(queue, new Order("a-1", 7));
            assertThat(template.receiveAndConvert(queue)).isEqualTo(new Order("a-1", 7));
        }
    }

    @Test
    void messagesOfSpringKeepTheirHeaders() {
        JmsMessagingTemplate messaging = new JmsMessagingTemplate(template);
        messaging.convertAndSend(queue, "payload", Map.of("region", "eu", "attempt", 2, "jms_correlationId", "c-1"));

        var received = messaging.receive(queue);

        assertThat(received.getPayload()).isEqualTo("payload");
        assertThat(received.getHeaders())
                .containsEntry("region", "eu")
                .containsEntry("attempt", 2)
                .containsEntry("jms_correlationId", "c-1")
                .containsEntry("jms_redelivered", false)
                .containsEntry("JMSXDeliveryCount", 1)
                .containsKeys("jms_messageId", "jms_timestamp", "jms_destination");
    }

    @Test
    void theFluentClientSendsAndReceives() {
        JmsClient client = JmsClient.create(template);
        client.destination(queue)
                .withPriority(6)
                .withTimeToLive(60_000)
                .send(MessageBuilder.withPayload("fluent")
                        .setHeader("region", "eu")
                        .build());

        var received = client.destination(queue)
                .withReceiveTimeout(Moments.PATIENCE.toMillis())
                .receive("region = 'eu'")
                .orElseThrow();

        assertThat(received.getPayload()).isEqualTo("fluent");
        assertThat(received.getHeaders()).containsEntry("jms_priority", 6);
        assertThat(client.destination(queue)
                        .withReceiveTimeout(Moments.SILENCE.toMillis())
                        .receive())
                .isEmpty();
    }
}
