package dev.sluice.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As tests of applications use it; all in parallel. */
@SluiceServer
@Execution(ExecutionMode.CONCURRENT)
class SluiceServerTest {
    private static final Set<String> OF_METHODS = ConcurrentHashMap.newKeySet();
    private static String ofTheClass = "";

    private final TestServer server;

    SluiceServerTest(TestServer server) {
        this.server = server;
    }

    @BeforeAll
    static void all(TestServer server) {
        ofTheClass = server.url();
    }

    @Test
    void whatIsSentArrives(JMSContext context) {
        var orders = context.createQueue("orders");
        context.createProducer().send(orders, "a gate");

        assertThat(context.createConsumer(orders).receiveBody(String.class, 10_000))
                .isEqualTo("a gate");
    }

    @Test
    void allTestsOfAClassHaveOneServer(TestServer again, SluiceConnectionFactory factory) {
        assertThat(again).isSameAs(server);
        assertThat(server.url()).isEqualTo(ofTheClass).isEqualTo(factory.getUrl());
    }

    @Test
    void eachKindOfFactoryIsGiven(ConnectionFactory any, QueueConnectionFactory queues, XAConnectionFactory global) {
        try (JMSContext one = any.createContext();
                var other = global.createXAContext()) {
            assertThat(one.getClientID()).isNull();
            assertThat(other.getXAResource()).isNotNull();
            assertThat(queues).isInstanceOf(SluiceConnectionFactory.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "two", "three"})
    void argumentsOfATestKeepTheirPlace(String text, JMSContext context) {
        var queue = context.createQueue("arguments." + text);
        context.createProducer().send(queue, text);

        assertThat(context.createConsumer(queue).receiveBody(String.class, 10_000))
                .isEqualTo(text);
    }

    @RepeatedTest(3)
    @SluiceServer
    void aMethodMayHaveItsOwnServer(TestServer own, JMSContext context) {
        assertThat(own.url()).isNotEqualTo(ofTheClass);
        assertThat(OF_METHODS.add(own.url())).isTrue();
        var queue = context.createQueue("repeated");
        context.createProducer().send(queue, own.url());
        assertThat(context.createConsumer(queue).receiveBody(String.class, 10_000))
                .isEqualTo(own.url());
    }

    @Nested
    class InAClassWithin {
        @Test
        void theServerIsThatOfTheClassAround(TestServer seen) {
            assertThat(seen).isSameAs(server);
        }
    }

    @Nested
    @SluiceServer(per = SluiceServer.Per.METHOD, options = "client.id=shop&prefetch=1", shards = 2)
    class InAClassWithItsOwn {
        private String before = "";

        @BeforeEach
        void before(TestServer server, JMSContext context) {
            before = server.url();
            context.createProducer().send(context.createQueue("empty"), "once");
            // The client identifier is free again for the test.
            context.close();
        }

        @RepeatedTest(3)
        void eachTestHasAServerOfItsOwn(TestServer seen, JMSContext context) {
            assertThat(seen.url()).isEqualTo(before).isNotEqualTo(ofTheClass);
            assertThat(context.getClientID()).isEqualTo("shop");
            var consumer = context.createConsumer(context.createQueue("empty"));
            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("once");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }
}
