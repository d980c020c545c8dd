package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.TransactionRolledBackRuntimeException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of one adapter in one branch, as GlassFish treats them. */
@Timeout(30)
class BranchesTest {
    private static final String URL = "sluice:mem:branches";

    private record Name(int number) implements Xid {
        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {(byte) number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    static Xid name(int number) {
        return new Name(number);
    }

    private Container container;
    private ManagedConnection one;
    private ManagedConnection two;

    @BeforeEach
    void start() throws ResourceException {
        container = new Container(URL);
        SluiceManagedConnectionFactory factory = new SluiceManagedConnectionFactory();
        factory.setResourceAdapter(container.adapter);
        one = factory.createManagedConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        two = factory.createManagedConnection(null, ConnectionRequest.OF_THE_CONTAINER);
    }

    @AfterEach
    void stop() throws ResourceException {
        one.destroy();
        two.destroy();
        container.close();
    }

    private static void send(ManagedConnection connection, String text) throws ResourceException {
        SessionHandle handle = (SessionHandle) connection.getConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        JMSContext context = handle.asContext(JMSContext.AUTO_ACKNOWLEDGE);
        context.createProducer().send(context.createQueue("out"), text);
        context.close();
    }

    @Test
    void aBranchIsRolledBackThoughOthersStillWorkForIt() throws Exception {
        XAResource first = one.getXAResource();
        XAResource second = two.getXAResource();
        assertThat(first.isSameRM(second)).isTrue();
        first.start(new Name(1), XAResource.TMNOFLAGS);
        second.start(new Name(1), XAResource.TMJOIN);
        send(one, "a");
        send(two, "b");
        first.end(new Name(1), XAResource.TMSUCCESS);
        first.rollback(new Name(1));
        second.end(new Name(1), XAResource.TMSUCCESS);
        assertThat(Broker.drain(URL, "out")).isEmpty();

        second.start(new Name(2), XAResource.TMNOFLAGS);
        send(two, "c");
        second.end(new Name(2), XAResource.TMSUCCESS);
        first.commit(new Name(2), true);
        assertThat(Broker.drain(URL, "out")).containsExactly("c");
    }

    @Test
    void whatOthersStillWorkForIsNotCommitted() throws Exception {
        XAResource first = one.getXAResource();
        XAResource second = two.getXAResource();
        first.start(new Name(1), XAResource.TMNOFLAGS);
        second.start(new Name(1), XAResource.TMJOIN);
        send(one, "a");
        first.end(new Name(1), XAResource.TMSUCCESS);
        assertThatThrownBy(() -> first.commit(new Name(1), true))
                .isInstanceOfSatisfying(
                        XAException.class, error -> assertThat(error.errorCode).isEqualTo(XAException.XAER_PROTO));
        second.end(new Name(1), XAResource.TMSUCCESS);
        first.commit(new Name(1), true);
        assertThat(Broker.drain(URL, "out")).containsExactly("a");
    }

    /** As a transaction manager ends a transaction after its timeout: on a thread of its own. */
    private static void elsewhere(ThrowableAssert.ThrowingCallable ending) throws InterruptedException {
        Thread reaper = new Thread(() -> assertThatCode(ending).doesNotThrowAnyException(), "reaper");
        reaper.start();
        reaper.join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThreadWhoseTransactionWasEndedElsewhereSendsAndReceivesNothing(boolean global) throws Exception {
        Broker.put(URL, "in", "kept");
        SessionHandle handle = (SessionHandle) one.getConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        JMSContext context = handle.asContext(JMSContext.AUTO_ACKNOWLEDGE);
        JMSProducer producer = context.createProducer();
        JMSConsumer consumer = context.createConsumer(context.createQueue("in"));
        container.transactions.begin();
        if (global) {
            container.enlist(one.getXAResource());
        } else {
            one.getLocalTransaction().begin();
        }
        producer.send(context.createQueue("out"), "a");
        elsewhere(
                global
                        ? container.transactions.getTransaction()::rollback
                        : () -> one.getLocalTransaction().rollback());

        assertThatThrownBy(() -> producer.send(context.createQueue("out"), "b"))
                .isInstanceOf(TransactionRolledBackRuntimeException.class)
                .hasMessageContaining("roll it back");
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(TransactionRolledBackRuntimeException.class);
        assertThat(Broker.drain(URL, "out")).isEmpty();

        container.transactions.rollback();
        producer.send(context.createQueue("out"), "c");
        assertThat(Broker.drain(URL, "out")).containsExactly("c");
        assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("kept");
        context.close();
        assertThat(Broker.drain(URL, "in")).isEmpty();
    }

    @Test
    void whatAThreadReceivesWhenItsTransactionHasEndedElsewhereComesAgain() throws Exception {
        SessionHandle handle = (SessionHandle) one.getConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        JMSContext context = handle.asContext(JMSContext.AUTO_ACKNOWLEDGE);
        JMSConsumer consumer = context.createConsumer(context.createQueue("in"));
        container.transactions.begin();
        container.enlist(one.getXAResource());
        Transaction transaction = container.transactions.getTransaction();
        Thread waiting = Thread.currentThread();
        Thread reaper = new Thread(() -> {
            Awaitility.await("it waits").until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThatCode(transaction::rollback).doesNotThrowAnyException();
            Broker.put(URL, "in", "late");
        });
        reaper.start();

        assertThatThrownBy(() -> consumer.receive(20_000)).isInstanceOf(TransactionRolledBackRuntimeException.class);
        reaper.join();
        container.transactions.rollback();
        assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("late");
        context.close();
        assertThat(Broker.drain(URL, "in")).isEmpty();
    }

    @Test
    void whoEndsItsTransactionItselfGoesOnAtOnce() throws Exception {
        SessionHandle handle = (SessionHandle) one.getConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        JMSContext context = handle.asContext(JMSContext.AUTO_ACKNOWLEDGE);
        container.transactions.begin();
        container.enlist(one.getXAResource());
        container.transactions.getTransaction().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                context.createProducer().send(context.createQueue("out"), "before");
            }

            @Override
            public void afterCompletion(int status) {
                context.createProducer().send(context.createQueue("out"), "after");
            }
        });
        container.transactions.commit();
        assertThat(Broker.drain(URL, "out")).containsExactly("before", "after");
        context.close();
    }
}
