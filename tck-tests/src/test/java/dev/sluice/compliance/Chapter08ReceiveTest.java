package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.awaitQuietly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Session;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receiving messages and bodies, listeners, and the close of consumers. */
class Chapter08ReceiveTest extends Chapter {
    @Test
    @Section("8.4")
    void deliveryStopsAndStartsAgain() throws JMSException {
        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(queue);
        send(queue, "one", "two");
        assertThat(text(consumer.receive(Peer.LONG))).isEqualTo("one");
        context.stop();
        assertThat(consumer.receiveNoWait()).isNull();
        context.start();
        assertThat(text(consumer.receive(Peer.LONG))).isEqualTo("two");
    }

    @Test
    @Section("8.5")
    void receiveWaitsForAMessageForEverForATimeOrNotAtAll() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(20)).isNull();
        Aside<Message> forEver = Aside.call(() -> consumer.receive()).waits();
        send(queue, "one");
        assertThat(text(forEver.result())).isEqualTo("one");
        Aside<Message> zero = Aside.call(() -> consumer.receive(0)).waits();
        send(queue, "two");
        assertThat(text(zero.result())).isEqualTo("two");
        send(queue, "three");
        assertThat(text(consumer.receiveNoWait())).isEqualTo("three");
    }

    @Test
    @Section("8.6")
    void aBodyIsReceivedAsItsClassOrASuperclass() {
        JMSContext context = context();
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(queue);
        for (Class<?> type : List.of(String.class, CharSequence.class, Serializable.class, Object.class)) {
            producer.send(queue, "text");
            assertThat((Object) consumer.receiveBody(type, Peer.LONG)).isEqualTo("text");
        }
        producer.send(queue, Map.<String, Object>of("a", 1));
        assertThat(consumer.receiveBody(Map.class, Peer.LONG)).isEqualTo(Map.of("a", 1));
        producer.send(queue, new byte[] {1, 2});
        assertThat(consumer.receiveBody(byte[].class)).containsExactly(1, 2);
        producer.send(queue, new byte[] {3});
        assertThat((byte[]) consumer.receiveBodyNoWait(Object.class)).containsExactly(3);
        assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
        assertThat(consumer.receiveBody(String.class, 10)).isNull();
    }

    @Test
    @Section("8.6")
    void bodiesOfOtherMessagesAreRefused() {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(queue);
        producer.send(queue, context.createStreamMessage());
        producer.send(queue, context.createMessage());
        producer.send(queue, context.createTextMessage());
        producer.send(queue, "text");
        producer.send(queue, "marker");
        for (int number = 0; number < 3; number++) {
            assertThatThrownBy(() -> consumer.receiveBody(Object.class, Peer.LONG))
                    .isInstanceOf(MessageFormatRuntimeException.class);
        }
        assertThatThrownBy(() -> consumer.receiveBody(byte[].class, Peer.LONG))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("marker");
    }

    @ParameterizedTest
    @ValueSource(ints = {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE})
    @Section("8.6")
    void aRefusedBodyComesAgainFirstAndIsNotRedelivered(int mode) throws JMSException {
        JMSContext context = context(mode);
        JMSConsumer consumer = context.createConsumer(queue);
        send(queue, "one", "two");
        for (int round = 0; round < 3; round++) {
            assertThatThrownBy(() -> consumer.receiveBody(Map.class, Peer.LONG))
                    .isInstanceOf(MessageFormatRuntimeException.class);
        }
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("one/1");
        assertThatThrownBy(() -> consumer.receiveBody(Map.class, Peer.LONG))
                .isInstanceOf(MessageFormatRuntimeException.class);
        context.close();
        assertThat(text(peer.started().createSession().createConsumer(queue).receive(Peer.LONG)))
                .isEqualTo("two");
    }

    @Test
    @Section("8.6")
    void aRefusedBodyCountsAsDeliveredWhenTheClientAcknowledges() throws JMSException {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSConsumer consumer = context.createConsumer(queue);
        send(queue, "one", "two");
        assertThatThrownBy(() -> consumer.receiveBody(Map.class, Peer.LONG))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("two/1");
        context.recover();
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("one/2r");
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("two/2r");
        context.acknowledge();
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("8.7")
    void aListenerThatThrowsGetsItsMessageAgainAtOnce(int mode) throws Exception {
        assertThat(heardByAThrower(mode, 5)).containsExactly("one/1", "two/1", "two/2r", "two/3r", "three/1");
    }

    @Test
    @Section("8.7")
    void aListenerThatThrowsGetsTheNextMessageWhenTheClientAcknowledges() throws Exception {
        assertThat(heardByAThrower(Session.CLIENT_ACKNOWLEDGE, 3)).containsExactly("one/1", "two/1", "three/1");
    }

    private List<String> heardByAThrower(int mode, int count) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        connection.createSession(mode).createConsumer(queue).setMessageListener(message -> {
            String mark = mark(message);
            heard.add(mark);
            if (mark.equals("two/1") || mark.equals("two/2r")) {
                throw new UnsupportedOperationException("as the test wants it");
            }
        });
        send(queue, "one", "two", "three");
        connection.start();
        List<String> marks = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            marks.add(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS));
        }
        return marks;
    }

    @Test
    @Section("8.7")
    void withoutItsListenerAConsumerReceivesAgain() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(consumer.getMessageListener()).isNull();
        consumer.setMessageListener(message -> heard.add(text(message)));
        assertThat(consumer.getMessageListener()).isNotNull();
        send(queue, "one");
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("one");
        consumer.setMessageListener(null);
        send(queue, "two");
        assertThat(Peer.text(consumer)).isEqualTo("two");
    }

    @Test
    @Section("8.8")
    void closeEndsTheReceiveOfAnotherThreadWithNull() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        Aside<Message> waiting = Aside.call(() -> consumer.receive()).waits();
        consumer.close();
        assertThat(waiting.result()).isNull();
        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        consumer.close();
    }

    @Test
    @Section("8.8")
    void closeWaitsForTheListenerThatRuns() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            order.add(text(message));
        });
        send(queue, "one", "two");
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> close = Aside.run(() -> {
                    consumer.close();
                    order.add("closed");
                })
                .waits();
        leave.countDown();
        assertThat(close.result()).isTrue();
        assertThat(order).containsExactly("one", "closed");
        assertThat(rest(peer.started().createSession().createConsumer(queue))).containsExactly("two");
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("8.8")
    void aListenerMayCloseItsConsumerAndItsMessageIsAcknowledged(int mode) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        connection.start();
        Session own = connection.createSession(mode);
        MessageConsumer consumer = own.createConsumer(queue);
        consumer.setMessageListener(message -> {
            try {
                consumer.close();
                heard.add(text(message));
            } catch (JMSException error) {
                heard.add(error.toString());
            }
        });
        send(queue, "one", "two");
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("one");
        own.close();
        assertThat(heard).isEmpty();
        assertThat(rest(session.createConsumer(queue))).containsExactly("two");
    }

    @Test
    @Section("8.8")
    void whatAClosedConsumerReceivedMayBeAcknowledged() throws JMSException {
        connection.start();
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        send(queue, "one", "two");
        Message one = Peer.next(consumer);
        consumer.close();
        one.acknowledge();
        own.close();
        assertThat(rest(session.createConsumer(queue))).containsExactly("two");
    }
}
