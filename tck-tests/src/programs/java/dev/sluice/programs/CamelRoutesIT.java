package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsQueueEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache Camel's JMS component. */
class CamelRoutesIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private static final long PATIENCE_MILLIS = Moments.PATIENCE.toMillis();

    private final String in = fresh("in");
    private final String out = fresh("out");
    private final Collected collected = new Collected();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private ProducerTemplate producer;

    @BeforeEach
    void prepare() throws Exception {
        SluiceConnectionFactory factory = SERVER.factory("deserialization.allow=java.time.*");
        JmsComponent jms = JmsComponent.jmsComponent(factory);
        jms.setObjectMessageEnabled(true);
        camel.addComponent("jms", jms);
        camel.getShutdownStrategy().setTimeout(20);
        producer = camel.createProducerTemplate();
    }

    @AfterEach
    void end() throws IOException {
        camel.close();
    }

    private void run(RouteBuilder routes) throws Exception {
        camel.addRoutes(routes);
        camel.start();
    }

    /** A route that counts the bodies that arrive at {@code uri}. */
    private RouteBuilder collect(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri)
                        .process(exchange -> collected.add(exchange.getMessage().getBody(String.class)));
            }
        };
    }

    private void sendNumbered(String uri, int count) {
        for (int number = 0; number < count; number++) {
            producer.sendBody(uri, "message " + number);
        }
    }

    // ---- routes

    @Test
    void aRoutePassesOnBodyAndHeaders() throws Exception {
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:" + in).setBody(simple("${body} passed on")).to("jms:queue:" + out);
            }
        });

        producer.sendBodyAndHeaders(
                "jms:queue:" + in, "text", Map.of("region", "eu", "count", 7, "JMSCorrelationID", "c-1"));

        try (JMSContext context = SERVER.factory().createContext()) {
            Message message = context.createConsumer(context.createQueue(out)).receive(PATIENCE_MILLIS);
            assertThat(message.getBody(String.class)).isEqualTo("text passed on");
            assertThat(message.getStringProperty("region")).isEqualTo("eu");
            assertThat(message.getIntProperty("count")).isEqualTo(7);
            assertThat(message.getJMSCorrelationID()).isEqualTo("c-1");
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        }
    }

    @Test
    void eachKindOfBodyHasItsKindOfMessage() throws Exception {
        camel.start();
        List<Object> bodies =
                List.of("text", new byte[] {1, 2, 3}, Map.of("name", "gate", "count", 3), LocalDate.of(2026, 11, 1));
        bodies.forEach(body -> producer.sendBody("jms:queue:" + in, body));

        try (JMSContext context = SERVER.factory().createContext()) {
            List<Class<?>> kinds =
                    List.of(TextMessage.class, BytesMessage.class, MapMessage.class, ObjectMessage.class);
            var messages = context.createBrowser(context.createQueue(in)).getEnumeration();
            for (Class<?> kind : kinds) {
                assertThat(messages.nextElement()).isInstanceOf(kind);
            }
        }
        ConsumerTemplate consumer = camel.createConsumerTemplate();
        for (Object body : bodies) {
            assertThat(consumer.receiveBody("jms:queue:" + in, PATIENCE_MILLIS)).isEqualTo(body);
        }
        assertThat(consumer.receiveBody("jms:queue:" + in, Moments.SILENCE.toMillis()))
                .isNull();
        consumer.stop();
    }

    @Test
    void aStreamOfBytesTravelsInOneMessage() throws Exception {
        camel.start();
        byte[] large = new byte[3_000_000];
        for (int index = 0; index < large.length; index++) {
            large[index] = (byte) (index * 31);
        }
        producer.sendBody("jms:queue:" + in + "?jmsMessageType=Bytes", large);

        ConsumerTemplate consumer = camel.createConsumerTemplate();
        assertThat(consumer.receiveBody("jms:queue:" + in, PATIENCE_MILLIS, byte[].class))
                .isEqualTo(large);
        consumer.stop();
    }

    @Test
    void qualityOfServiceReachesTheMessage() throws Exception {
        camel.start();
        producer.sendBody(
                "jms:queue:" + in + "?explicitQosEnabled=true&deliveryPersistent=false&priority=7&timeToLive=60000",
                "text");

        try (JMSContext context = SERVER.factory().createContext()) {
            Message message = context.createConsumer(context.createQueue(in)).receive(PATIENCE_MILLIS);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(message.getJMSPriority()).isEqualTo(7);
            assertThat(message.getJMSExpiration()).isPositive();
        }
    }

    @Test
    void aDelayedMessageComesWhenItsTimeHasCome() throws Exception {
        run(collect("jms:queue:" + in));
        long sent = System.nanoTime();
        producer.sendBody("jms:queue:" + in + "?deliveryDelay=300", "later");

        collected.awaitExactly(1);
        assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(299_000_000L);
    }

    @Test
    void aSelectorKeepsOthersOut() throws Exception {
        run(collect("jms:queue:" + in + "?selector=number > 6"));

        for (int number = 0; number < 10; number++) {
            producer.sendBodyAndHeader("jms:queue:" + in, "message " + number, "number", number);
        }

        collected.awaitExactly(3);
        assertThat(collected.texts()).containsExactly("message 7", "message 8", "message 9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "concurrentConsumers=5",
                "concurrentConsumers=2&maxConcurrentConsumers=6",
                "concurrentConsumers=3&asyncConsumer=true",
                "concurrentConsumers=3&consumerType=Simple",
                "concurrentConsumers=3&acknowledgementModeName=CLIENT_ACKNOWLEDGE",
                "concurrentConsumers=3&acknowledgementModeName=DUPS_OK_ACKNOWLEDGE",
                "cacheLevelName=CACHE_SESSION&concurrentConsumers=3",
            })
    void concurrentConsumersGetEachMessageOnce(String options) throws Exception {
        run(collect("jms:queue:" + in + "?" + options));

        sendNumbered("jms:queue:" + in, 400);

        collected.awaitExactly(400).assertEachOnce(Collected.numbered(400));
    }

    @Test
    void concurrentConsumersWorkAtTheSameTime() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(4);
        camel.getComponent("jms", JmsComponent.class).setConnectionFactory(SERVER.factory("prefetch=1"));
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:" + in + "?concurrentConsumers=4").process(exchange -> {
                    if (threads.add(Thread.currentThread())) {
                        all.countDown();
                    }
                    Moments.await(all);
                    collected.add(exchange.getMessage().getBody(String.class));
                });
            }
        });

        sendNumbered("jms:queue:" + in, 40);

        collected.awaitExactly(40).assertEachOnce(Collected.numbered(40));
        assertThat(threads).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void aQueueCanBeBrowsed() throws Exception {
        camel.start();
        sendNumbered("jms:queue:" + in, 5);

        JmsQueueEndpoint endpoint = camel.getEndpoint("jms:queue:" + in, JmsQueueEndpoint.class);

        assertThat(endpoint.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(String.class))
                .containsExactlyElementsOf(Collected.numbered(5));
    }

    // ---- topics

    @Test
    void eachSubscriberOfATopicGetsEachMessage() throws Exception {
        Collected other = new Collected();
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:topic:" + in)
                        .process(exchange -> collected.add(exchange.getMessage().getBody(String.class)));
                from("jms:topic:" + in)
                        .process(exchange -> other.add(exchange.getMessage().getBody(String.class)));
            }
        });
        producer.sendBody("jms:topic:" + in, "are both there");
        Moments.await("both subscribe").until(() -> {
            producer.sendBody("jms:topic:" + in, "are both there");
            return collected.size() > 0 && other.size() > 0;
        });

        sendNumbered("jms:topic:" + in, 50);

        for (Collected each : List.of(collected, other)) {
            Moments.await("all came").until(() -> each.texts().contains("message 49"));
            assertThat(each.texts()).containsSubsequence(Collected.numbered(50));
        }
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileItsRouteIsStopped() throws Exception {
        String uri = "jms:topic:" + in + "?clientId=" + fresh("branch") + "&durableSubscriptionName=all";
        run(collect(uri));
        String route = camel.getRoutes().get(0).getId();
        Moments.await("it is subscribed").until(() -> {
            producer.sendBody("jms:topic:" + in, "first");
            return collected.size() > 0;
        });
        camel.getRouteController().stopRoute(route);
        int before = collected.size();

        sendNumbered("jms:topic:" + in, 20);
        Moments.awaitSilence();
        assertThat(collected.texts()).doesNotContain("message 0");

        camel.getRouteController().startRoute(route);
        Moments.await("all came").until(() -> collected.texts().contains("message 19"));
        assertThat(collected.texts().subList(before, collected.size()))
                .filteredOn(text -> text.startsWith("message"))
                .containsExactlyElementsOf(Collected.numbered(20));
    }

    @Test
    void aSharedSubscriptionGivesEachMessageToOneOfItsConsumers() throws Exception {
        run(collect("jms:topic:" + in
                + "?subscriptionShared=true&subscriptionDurable=true&subscriptionName=team&concurrentConsumers=4"));
        Moments.await("it is subscribed").until(() -> {
            producer.sendBody("jms:topic:" + in, "first");
            return collected.size() > 0;
        });
        Moments.awaitSilence();
        int before = collected.size();

        sendNumbered("jms:topic:" + in, 200);

        collected.awaitExactly(before + 200);
        assertThat(Collected.faults(Collected.numbered(200), collected.texts().subList(before, before + 200)))
                .isEmpty();
    }

    // ---- request and reply

    @ParameterizedTest
    @ValueSource(
            strings = {
                "requestTimeout=20000",
                "requestTimeout=20000&replyTo=REPLIES&replyToType=Exclusive",
                "requestTimeout=20000&replyTo=REPLIES&replyToType=Shared",
                "requestTimeout=20000&useMessageIDAsCorrelationID=true",
                "requestTimeout=20000&replyToConcurrentConsumers=3",
            })
    void requestsGetTheirOwnReplies(String options) throws Exception {
        run(new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:" + in + "?concurrentConsumers=4").setBody(simple("answer to ${body}"));
            }
        });
        String uri = "jms:queue:" + in + "?" + options.replace("REPLIES", fresh("replies"));
        List<CompletableFuture<Object>> replies = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            replies.add(producer.asyncRequestBody(uri, "question " + number));
        }

        for (int number = 0; number < 100; number++) {
            assertThat(replies.get(number).get(30, TimeUnit.SECONDS)).isEqualTo("answer to question " + number);
        }
    }

    @Test
    void aRequestWithoutAReplyEndsWithItsTimeout() throws Exception {
        camel.start();

        assertThatThrownBy(() -> producer.requestBody("jms:queue:" + in + "?requestTimeout=300", "question"))
                .isInstanceOf(CamelExecutionException.class)
                .hasCauseInstanceOf(ExchangeTimedOutException.class);
    }

    // ---- errors

    @Test
    void aMessageThatFailsAgainAndAgainGoesToTheDeadLetterQueue() throws Exception {
        String dead = fresh("dead");
        AtomicInteger tries = new AtomicInteger();
        run(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("jms:queue:" + dead)
                        .maximumRedeliveries(2)
                        .redeliveryDelay(10));
                from("jms:queue:" + in).process(exchange -> {
                    String body = exchange.getMessage().getBody(String.class);
                    if (body.equals("message 1")) {
                        tries.incrementAndGet();
                        throw new IllegalArgumentException("not this one");
                    }
                    collected.add(body);
                });
            }
        });

        sendNumbered("jms:queue:" + in, 3);

        collected.awaitExactly(2);
        assertThat(collected.texts()).containsExactly("message 0", "message 2");
        assertThat(tries).hasValue(3);
        ConsumerTemplate consumer = camel.createConsumerTemplate();
        assertThat(consumer.receiveBody("jms:queue:" + dead, PATIENCE_MILLIS)).isEqualTo("message 1");
        consumer.stop();
    }

    @Test
    void withoutAHandlerOfItsOwnAFailedMessageOfAClientAcknowledgeRouteComesAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        run(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("jms:queue:" + in + "?acknowledgementModeName=CLIENT_ACKNOWLEDGE")
                        .process(exchange -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IllegalArgumentException("again");
                            }
                            Message message = exchange.getMessage(org.apache.camel.component.jms.JmsMessage.class)
                                    .getJmsMessage();
                            assertThat(message.getJMSRedelivered()).isTrue();
                            collected.add(exchange.getMessage().getBody(String.class));
                        });
            }
        });

        sendNumbered("jms:queue:" + in, 1);

        collected.awaitExactly(1);
        assertThat(tries).hasValue(3);
    }

    // ---- shutdown

    @Test
    void aShutdownWithMessagesInFlightLosesAndDoublesNothing() throws Exception {
        camel.start();
        sendNumbered("jms:queue:" + in, 400);
        for (int turn = 0; turn < 2; turn++) {
            try (DefaultCamelContext other = new DefaultCamelContext()) {
                other.addComponent("jms", JmsComponent.jmsComponent(SERVER.factory()));
                other.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("jms:queue:" + in + "?concurrentConsumers=3&acknowledgementModeName=CLIENT_ACKNOWLEDGE")
                                .process(exchange -> {
                                    Moments.work(1);
                                    collected.add(exchange.getMessage().getBody(String.class));
                                });
                    }
                });
                other.start();
                int enough = collected.size() + 50;
                Moments.await("some messages").until(() -> collected.size() >= enough);
            }
        }

        camel.addRoutes(collect("jms:queue:" + in));
        collected.awaitExactly(400).assertEachOnce(Collected.numbered(400));
        assertNothingLeft();
    }

    private void assertNothingLeft() throws JMSException {
        try (JMSContext context = SERVER.factory().createContext()) {
            assertThat(context.createBrowser(context.createQueue(in))
                            .getEnumeration()
                            .hasMoreElements())
                    .isFalse();
        }
    }
}
