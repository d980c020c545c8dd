package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transacted sessions: what they send and receive happens together or not at all. */
class Chapter06TransactionsTest extends Chapter {
    private MessageConsumer watcher;

    @Override
    Session newSession() throws JMSException {
        connection.start();
        return connection.createSession(Session.SESSION_TRANSACTED);
    }

    @BeforeEach
    final void watch() throws JMSException {
        watcher = peer.started().createSession().createConsumer(topic);
    }

    private void sendInTransaction(String... texts) throws JMSException {
        MessageProducer producer = session.createProducer(topic);
        for (String text : texts) {
            producer.send(session.createTextMessage(text));
        }
    }

    @Test
    @Section("6.2.7")
    void whatIsSentAppearsWithTheCommitAndInOrder() throws JMSException {
        sendInTransaction("one", "two", "three");
        assertThat(rest(watcher)).isEmpty();
        session.commit();
        assertThat(rest(watcher)).containsExactly("one", "two", "three");
    }

    @Test
    @Section("6.2.7")
    void whatIsSentDisappearsWithTheRollback() throws JMSException {
        sendInTransaction("one", "two");
        session.rollback();
        sendInTransaction("three");
        session.commit();
        assertThat(rest(watcher)).containsExactly("three");
    }

    @Test
    @Section("6.2.7")
    void whatIsReceivedIsAcknowledgedByTheCommit() throws JMSException {
        send(queue, "one", "two", "three");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(nextMark(consumer)).isEqualTo("one/1");
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        session.commit();
        session.close();
        MessageConsumer other = peer.started().createSession().createConsumer(queue);
        assertThat(nextMark(other)).isEqualTo("three/1");
        assertThat(rest(other)).isEmpty();
    }

    @Test
    @Section("6.2.7")
    void whatIsReceivedComesAgainAfterTheRollbackInOrderAndCounted() throws JMSException {
        send(queue, "one", "two", "three");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(nextMark(consumer)).isEqualTo("one/1");
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        session.rollback();
        assertThat(nextMark(consumer)).isEqualTo("one/2r");
        assertThat(nextMark(consumer)).isEqualTo("two/2r");
        assertThat(nextMark(consumer)).isEqualTo("three/1");
        session.rollback();
        assertThat(nextMark(consumer)).isEqualTo("one/3r");
    }

    @Test
    @Section("6.2.7")
    void sendsAndReceivesEndTogether() throws JMSException {
        send(queue, "in");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.text(consumer)).isEqualTo("in");
        sendInTransaction("out");
        session.rollback();
        assertThat(rest(watcher)).isEmpty();
        assertThat(nextMark(consumer)).isEqualTo("in/2r");
        sendInTransaction("out");
        session.commit();
        assertThat(rest(watcher)).containsExactly("out");
        session.rollback();
        assertThat(rest(consumer)).isEmpty();
    }

    @Test
    @Section("6.2.7")
    void aCommitOrARollbackBeginsTheNextTransaction() throws JMSException {
        session.commit();
        session.rollback();
        sendInTransaction("one");
        session.commit();
        sendInTransaction("two");
        session.rollback();
        sendInTransaction("three");
        session.commit();
        assertThat(rest(watcher)).containsExactly("one", "three");
    }

    @Test
    @Section("6.2.7")
    void theTransactionsOfSessionsAreApart() throws JMSException {
        Session second = connection.createSession(true, Session.AUTO_ACKNOWLEDGE);
        sendInTransaction("mine");
        second.createProducer(topic).send(second.createTextMessage("other"));
        second.commit();
        assertThat(rest(watcher)).containsExactly("other");
        session.commit();
        assertThat(rest(watcher)).containsExactly("mine");
    }

    @Test
    @Section("6.2.7")
    void aClosedConsumerLeavesWhatItReceivedToTheTransaction() throws JMSException {
        send(queue, "one", "two", "three");
        MessageConsumer first = session.createConsumer(queue);
        assertThat(nextMark(first)).isEqualTo("one/1");
        first.close();
        MessageConsumer second = session.createConsumer(queue);
        assertThat(nextMark(second)).isEqualTo("two/1");
        session.rollback();
        assertThat(nextMark(second)).isEqualTo("one/2r");
        second.close();
        session.commit();
        MessageConsumer third = session.createConsumer(queue);
        assertThat(nextMark(third)).isEqualTo("two/2r");
        assertThat(nextMark(third)).isEqualTo("three/1");
        assertThat(rest(third)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Section({"6.1.8", "6.2.15"})
    void closingRollsBack(boolean whole) throws JMSException {
        send(queue, "in");
        assertThat(Peer.text(session.createConsumer(queue))).isEqualTo("in");
        sendInTransaction("out");
        if (whole) {
            connection.close();
        } else {
            session.close();
        }
        assertThat(rest(watcher)).isEmpty();
        assertThat(nextMark(peer.started().createSession().createConsumer(queue)))
                .isEqualTo("in/2r");
    }

    @Test
    @Section("6.2.7")
    void aSessionSaysThatItIsTransacted() throws JMSException {
        assertThat(session.getTransacted()).isTrue();
        assertThat(session.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
        Session other = connection.createSession(true, Session.CLIENT_ACKNOWLEDGE);
        assertThat(other.getTransacted()).isTrue();
        assertThat(other.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
        assertThat(sending.getTransacted()).isFalse();
    }

    @Test
    @Section({"6.2.7", "6.2.10"})
    void recoverIsNotForTransactedSessionsAndAcknowledgeDoesNothing() throws JMSException {
        send(queue, "one");
        MessageConsumer consumer = session.createConsumer(queue);
        Peer.next(consumer).acknowledge();
        assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
        session.rollback();
        assertThat(nextMark(consumer)).isEqualTo("one/2r");
    }

    @Test
    @Section("6.2.7")
    void nonPersistentMessagesAreOfTheTransactionToo() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(sending.createTextMessage("one"));
        producer.send(sending.createTextMessage("two"));
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(nextMark(consumer)).isEqualTo("one/1");
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        MessageProducer within = session.createProducer(topic);
        within.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        within.send(session.createTextMessage("out"));
        assertThat(rest(watcher)).isEmpty();
        session.rollback();
        assertThat(nextMark(consumer)).isEqualTo("one/2r");
        assertThat(nextMark(consumer)).isEqualTo("two/2r");
        within.send(session.createTextMessage("out"));
        session.commit();
        Message out = Peer.next(watcher);
        assertThat(text(out)).isEqualTo("out");
        assertThat(out.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        session.rollback();
        assertThat(rest(consumer)).isEmpty();
    }

    @Test
    @Section("6.2.7")
    void aListenerCommitsAndRollsBackItsOwnMessage() throws Exception {
        send(queue, "one", "two");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(message -> {
            try {
                String mark = mark(message);
                if (message.getJMSRedelivered()) {
                    session.commit();
                } else {
                    session.rollback();
                }
                seen.add(mark);
            } catch (JMSException error) {
                seen.add(error.toString());
            }
        });
        List<String> marks = new ArrayList<>();
        for (int count = 0; count < 4; count++) {
            marks.add(seen.poll(20, TimeUnit.SECONDS));
        }
        assertThat(marks).containsExactly("one/1", "one/2r", "two/1", "two/2r");
        session.close();
        assertThat(rest(peer.started().createSession().createConsumer(queue))).isEmpty();
    }

    @Test
    @Section({"6.2.7", "7.3.4"})
    void theCommitWaitsForAsynchronousSendsAndTheirListeners() throws JMSException {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        MessageProducer producer = session.createProducer(topic);
        CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                done.add(text(message));
            }

            @Override
            public void onException(Message message, Exception exception) {
                done.add(exception.toString());
            }
        };
        for (int count = 0; count < 50; count++) {
            producer.send(session.createTextMessage("" + count), listener);
        }
        session.commit();
        assertThat(done).hasSize(50);
        assertThat(rest(watcher)).hasSize(50);
    }

    @Test
    @Section("7.3.4")
    void aCompletionListenerMayNeitherCommitNorRollBackItsSession() throws Exception {
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        session.createProducer(topic).send(session.createTextMessage("one"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                outcomes.add(Chapter06ConnectionTest.outcomeOf(session::commit));
                outcomes.add(Chapter06ConnectionTest.outcomeOf(session::rollback));
            }

            @Override
            public void onException(Message message, Exception exception) {
                outcomes.add(exception);
            }
        });
        assertThat(outcomes.poll(20, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcomes.poll(20, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Section("6.2.7")
    void aMessageThatIsRefusedFailsTheWholeTransaction() throws JMSException {
        Session owner = peer.connection().createSession();
        TemporaryQueue gone = owner.createTemporaryQueue();
        MessageProducer producer = session.createProducer(gone);
        sendInTransaction("one");
        gone.delete();
        try {
            producer.send(session.createTextMessage("lost"));
        } catch (InvalidDestinationException known) {
            // The server's answer was quicker than the return of the call.
        }
        assertThatThrownBy(session::commit)
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("does not exist")
                .satisfies(error ->
                        assertThat(((JMSException) error).getLinkedException()).isNotNull());
        assertThat(rest(watcher)).isEmpty();
        sendInTransaction("two");
        session.commit();
        assertThat(rest(watcher)).containsExactly("two");
        assertThatThrownBy(() -> session.createProducer(gone)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("6.2.7")
    void aBrowserSeesNothingOfWhatIsNotCommitted() throws JMSException {
        session.createProducer(queue).send(session.createTextMessage("one"));
        QueueBrowser browser = sending.createBrowser(queue);
        assertThat(Collections.list(browser.getEnumeration())).isEmpty();
        session.commit();
        assertThat(Collections.list(browser.getEnumeration())).hasSize(1);
    }

    @Test
    @Section({"6.2.7", "2.8.2"})
    void aTransactedContextIsLikeATransactedSession() {
        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        assertThat(context.getTransacted()).isTrue();
        context.createProducer().send(queue, "one");
        context.rollback();
        context.createProducer().send(queue, "two");
        context.commit();
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("two");
        context.rollback();
        assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("two");
        context.commit();
        assertThatThrownBy(context::recover).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(context(JMSContext.AUTO_ACKNOWLEDGE)::commit)
                .isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Section("6.2.7")
    void aLargeTransactionIsOneToo() throws JMSException {
        int count = 5_000;
        MessageProducer producer = session.createProducer(queue);
        for (int number = 0; number < count; number++) {
            producer.send(session.createTextMessage("" + number));
        }
        session.commit();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int round = 0; round < 2; round++) {
            for (int number = 0; number < count; number++) {
                TextMessage message = (TextMessage) Peer.next(consumer);
                assertThat(message.getText()).isEqualTo("" + number);
            }
            if (round == 0) {
                session.rollback();
            }
        }
        session.commit();
        assertThat(rest(consumer)).isEmpty();
    }
}
