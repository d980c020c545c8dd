package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ClientOptions;
import dev.sluice.Sluice;
import dev.sluice.SluiceQueue;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chapter 6.1, connections. */
@Timeout(60)
class ConnectionTest {
    private final Given given = new Given();

    @Test
    void namesTheClientBeforeAnythingElse() throws JMSException {
        ClassicConnection connection = given.connection();
        connection.setClientID("alice");
        assertThat(connection.getClientID()).isEqualTo("alice");
        assertThatThrownBy(() -> connection.setClientID("bob")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAClientIdentifierOnceTheConnectionIsUsed() throws JMSException {
        ClassicConnection withSession = given.connection();
        Session ignored = withSession.createSession();
        assertThatThrownBy(() -> withSession.setClientID("late")).isInstanceOf(IllegalStateException.class);
        ClassicConnection startedOne = given.started();
        assertThatThrownBy(() -> startedOne.setClientID("late")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAClientIdentifierBesideTheConfiguredOne() throws JMSException {
        ClientOptions options = new ClientOptions(
                new ClientOptions.Identity("configured", null, null),
                ClientOptions.DEFAULT.times(),
                10,
                false,
                List.of(),
                ClientOptions.Redelivery.SERVERS);
        ClassicConnection connection = given.connection(Domain.ANY, options);
        assertThat(connection.getClientID()).isEqualTo("configured");
        assertThatThrownBy(() -> connection.setClientID("other")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAnEmptyOrTakenClientIdentifier() throws JMSException {
        given.connection().setClientID("alice");
        ClassicConnection second = given.connection();
        assertThatThrownBy(() -> second.setClientID("")).isInstanceOf(InvalidClientIDException.class);
        assertThatThrownBy(() -> second.setClientID(null)).isInstanceOf(InvalidClientIDException.class);
        assertThatThrownBy(() -> second.setClientID("alice"))
                .isInstanceOf(InvalidClientIDException.class)
                .extracting(error -> ((JMSException) error).getErrorCode())
                .isEqualTo("SLUICE-" + RefusalCode.CLIENT_ID_IN_USE.code());
        second.setClientID("bob");
    }

    @Test
    void deliversNothingUntilItIsStarted() throws JMSException {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 1);
        ClassicConnection connection = given.connection();
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(Given.SHORT)).isNull();
        connection.start();
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
    }

    @Test
    void stopHoldsBackWhatIsPrefetched() throws JMSException {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 2);
        ClassicConnection connection = given.started();
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
        connection.stop();
        connection.stop();
        assertThat(consumer.receive(Given.SHORT)).isNull();
        connection.start();
        connection.start();
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m2");
    }

    @Test
    void stopWaitsForARunningListener() throws Exception {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 1);
        ClassicConnection connection = given.connection();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        connection.createSession().createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            await(leave);
        });
        connection.start();
        await(entered);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> JmsErrors.run(connection::stop));
        assertThatThrownBy(() -> stopped.get(Given.SHORT, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        leave.countDown();
        stopped.get(Given.LONG, TimeUnit.MILLISECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }

    @Test
    void refusesStopAndCloseFromItsOwnListener() throws Exception {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 1);
        ClassicConnection connection = given.connection();
        Session session = connection.createSession();
        CompletableFuture<List<Throwable>> refused = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(message -> refused.complete(
                        List.of(thrown(connection::stop), thrown(connection::close), thrown(session::close))));
        connection.start();
        assertThat(refused.get(Given.LONG, TimeUnit.MILLISECONDS))
                .allSatisfy(error -> assertThat(error).isInstanceOf(IllegalStateException.class));
        connection.close();
    }

    private static Throwable thrown(JmsErrors.Action action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (JMSException error) {
            return error;
        }
    }

    @Test
    void closeGivesUpTheServerThatAListenerWaitsFor() throws Exception {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 1);
        ClassicConnection connection = given.connection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(new SluiceQueue("out"));
        producer.send(session.createMessage());
        CountDownLatch sending = new CountDownLatch(1);
        session.createConsumer(queue)
                .setMessageListener(message -> JmsErrors.run(() -> {
                    given.link().holdAnswers();
                    sending.countDown();
                    producer.send(session.createMessage());
                }));
        connection.start();
        await(sending);
        given.link().interrupt();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> JmsErrors.run(connection::close));
        Awaitility.await()
                .atMost(Duration.ofMillis(3 * Given.LONG))
                .until(() -> given.link().calls.contains("close"));
        assertThat(closed).isNotDone();
        // The end of the link.
        given.link().releaseAnswers();
        closed.get(Given.LONG, TimeUnit.MILLISECONDS);
    }

    @Test
    void closeEndsAWaitingReceiveWithNull() throws Exception {
        ClassicConnection connection = given.started();
        MessageConsumer consumer = connection.createSession().createConsumer(new SluiceQueue("q"));
        CompletableFuture<Boolean> received =
                CompletableFuture.supplyAsync(() -> JmsErrors.nullable(() -> consumer.receive()) == null);
        connection.close();
        assertThat(received.handle((empty, error) -> error != null || empty).get(Given.LONG, TimeUnit.MILLISECONDS))
                .isTrue();
        connection.close();
    }

    @Test
    void everythingOnAClosedConnectionIsIllegal() throws JMSException {
        ClassicConnection connection = given.connection();
        connection.close();
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                connection::createSession,
                connection::start,
                connection::stop,
                connection::getMetaData,
                connection::getClientID,
                connection::getExceptionListener,
                () -> connection.setExceptionListener(null),
                () -> connection.setClientID("x"),
                () -> connection.createQueueSession(false, 1),
                () -> connection.createTopicSession(false, 1))) {
            assertThatThrownBy(action).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void tellsTheExceptionListenerWhenTheLinkHasFailed() throws Exception {
        ClassicConnection connection = given.started();
        CompletableFuture<JMSException> heard = new CompletableFuture<>();
        connection.setExceptionListener(heard::complete);
        MessageConsumer consumer = connection.createSession().createConsumer(new SluiceQueue("q"));
        given.link().fail(RefusalCode.SESSION_UNKNOWN);
        assertThat(heard.get(Given.LONG, TimeUnit.MILLISECONDS).getErrorCode()).isEqualTo("SLUICE-6");
        assertThatThrownBy(() -> consumer.receive(Given.LONG)).isInstanceOf(JMSException.class);
        connection.close();
    }

    @Test
    void theExceptionListenerMayCloseTheConnection() throws Exception {
        ClassicConnection connection = given.started();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        connection.setExceptionListener(error -> {
            JmsErrors.run(connection::close);
            closed.complete(true);
        });
        given.link().fail(RefusalCode.SESSION_UNKNOWN);
        assertThat(closed.get(2 * Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void describesTheProvider() throws JMSException {
        var facts = given.connection().getMetaData();
        assertThat(facts.getJMSVersion()).isEqualTo("3.1");
        assertThat(facts.getJMSMajorVersion()).isEqualTo(3);
        assertThat(facts.getJMSMinorVersion()).isEqualTo(1);
        assertThat(facts.getJMSProviderName()).isEqualTo("Sluice");
        List<String> names = new ArrayList<>();
        Enumeration<?> each = facts.getJMSXPropertyNames();
        while (each.hasMoreElements()) {
            names.add(String.valueOf(each.nextElement()));
        }
        assertThat(names).contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
    }

    @Test
    void refusesConnectionConsumersAsTheStandardAllows() throws JMSException {
        ClassicConnection connection = given.connection();
        assertThatThrownBy(() -> connection.createConnectionConsumer((SluiceQueue) null, "", null, 1))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> connection.createConnectionConsumer(new SluiceQueue("q"), "", null, 1))
                .isInstanceOf(JMSException.class);
        ClassicConnection queues = given.connection(Domain.QUEUE, ClientOptions.DEFAULT);
        assertThatThrownBy(() -> queues.createDurableConnectionConsumer(null, "s", "", null, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void createsSessionsOfEachMode() throws JMSException {
        ClassicConnection connection = given.connection();
        for (int mode : new int[] {1, 2, 3, Sluice.INDIVIDUAL_ACKNOWLEDGE}) {
            assertThat(connection.createSession(mode).getAcknowledgeMode()).isEqualTo(mode);
            assertThat(connection.createSession(false, mode).getTransacted()).isFalse();
        }
        assertThat(connection.createSession(true, 1).getTransacted()).isTrue();
        assertThat(connection.createSession(0).getAcknowledgeMode()).isZero();
        assertThatThrownBy(() -> connection.createSession(false, 0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> connection.createSession(17)).hasMessageContaining("17");
    }

    @Test
    void receivedMessagesCannotBeAcknowledgedAfterClose() throws JMSException {
        SluiceQueue queue = new SluiceQueue("q");
        given.messages(queue, 1);
        ClassicConnection connection = given.started();
        Message message = connection
                .createSession(Session.CLIENT_ACKNOWLEDGE)
                .createConsumer(queue)
                .receive(Given.LONG);
        connection.close();
        assertThatThrownBy(message::acknowledge).isInstanceOf(IllegalStateException.class);
    }
}
