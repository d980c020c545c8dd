package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XASession;
import java.util.Collections;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of XA in odd orders: others end their branches, and messages come or are lost meanwhile. */
@Timeout(60)
class XaSessionTest {
    private final Given given = new Given();
    private final SluiceQueue in = new SluiceQueue("in");
    private final SluiceQueue out = new SluiceQueue("out");
    private XASession session;
    private XAResource resource;
    private ClassicConsumer consumer;

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

    @BeforeEach
    void start() throws JMSException {
        given.messages(in, 2);
        session = given.startedXa().createXASession();
        resource = session.getXAResource();
        consumer = (ClassicConsumer) session.createConsumer(in);
    }

    private long count(String call) {
        return Collections.frequency(given.link().calls, call);
    }

    /** As a transaction manager ends a transaction after its timeout: on a thread of its own. */
    private static void elsewhere(ThrowingCallable ending) throws InterruptedException {
        Thread reaper = new Thread(() -> assertThatCode(ending).doesNotThrowAnyException(), "reaper");
        reaper.start();
        reaper.join();
    }

    private void failAndRollBack(Name name) throws XAException {
        resource.end(name, XAResource.TMFAIL);
        resource.rollback(name);
    }

    @Test
    void aThreadWhoseBranchWasEndedElsewhereSendsAndReceivesNothing() throws Exception {
        MessageProducer producer = session.createProducer(out);
        resource.start(new Name(1), XAResource.TMNOFLAGS);
        producer.send(session.createTextMessage("a"));
        elsewhere(() -> failAndRollBack(new Name(1)));

        long sent = count("publish");
        assertThatThrownBy(() -> producer.send(session.createTextMessage("b")))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("roll it back");
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(TransactionRolledBackException.class);
        assertThat(count("publish")).isEqualTo(sent);

        resource.start(new Name(2), XAResource.TMNOFLAGS);
        producer.send(session.createTextMessage("c"));
        assertThat(Given.text(Given.next(consumer))).isEqualTo("m1");
        resource.end(new Name(2), XAResource.TMSUCCESS);
        resource.commit(new Name(2), true);
        producer.send(session.createTextMessage("outside"));
        assertThat(Given.text(Given.next(consumer))).isEqualTo("m2");
    }

    @Test
    void whatAThreadReceivesWhenItsBranchHasEndedElsewhereComesAgain() throws Exception {
        assertThat(Given.texts(consumer, 2)).containsExactly("m1", "m2");
        resource.start(new Name(1), XAResource.TMNOFLAGS);
        Thread waiting = Thread.currentThread();
        Thread reaper = new Thread(() -> {
            Awaitility.await("it waits").until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThatCode(() -> {
                        failAndRollBack(new Name(1));
                        given.messages(in, 1);
                    })
                    .doesNotThrowAnyException();
        });
        FakeLink link = given.link();
        reaper.start();
        assertThatThrownBy(() -> consumer.receive(Given.LONG)).isInstanceOf(TransactionRolledBackException.class);
        reaper.join();

        resource.start(new Name(2), XAResource.TMNOFLAGS);
        assertThat(Given.text(Given.next(consumer))).isEqualTo("m1");
        resource.end(new Name(2), XAResource.TMSUCCESS);
        assertThat(Collections.frequency(link.calls, "take")).isEqualTo(1);
    }

    @Test
    void whoEndsItsBranchItselfGoesOnAtOnceAndSoDoOtherThreads() throws Exception {
        MessageProducer producer = session.createProducer(out);
        resource.start(new Name(1), XAResource.TMNOFLAGS);
        failAndRollBack(new Name(1));
        producer.send(session.createTextMessage("a"));

        resource.start(new Name(2), XAResource.TMNOFLAGS);
        elsewhere(() -> {
            failAndRollBack(new Name(2));
            producer.send(session.createTextMessage("b"));
        });
        // Told so by the resource, it knows.
        resource.rollback(new Name(2));
        producer.send(session.createTextMessage("c"));
    }

    @Test
    void whatIsReceivedWhileABranchEndsDoesNotBelongToTheNext() throws Exception {
        resource.start(new Name(1), XAResource.TMNOFLAGS);
        assertThat(Given.text(Given.next(consumer))).isEqualTo("m1");
        given.link().onTake = () -> {
            given.link().onTake = () -> {};
            assertThatCode(() -> Given.next(consumer)).doesNotThrowAnyException();
        };
        resource.end(new Name(1), XAResource.TMSUCCESS);
        assertThat(count("acknowledge") + count("acknowledge unawaited")).isEqualTo(1);

        resource.start(new Name(2), XAResource.TMNOFLAGS);
        resource.end(new Name(2), XAResource.TMSUCCESS);
        assertThat(count("take")).isEqualTo(1);
    }

    private void loseClaims() {
        given.server.loop.run(given.server::loseClaims);
        given.server.loop.awaitIdle(Given.LONG);
    }

    private void work(Name name) {
        assertThatCode(() -> {
                    resource.start(name, XAResource.TMNOFLAGS);
                    resource.end(name, XAResource.TMSUCCESS);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aBranchFailsWhoseMessageWentToOthersJustBeforeItBegan() throws Exception {
        assertThat(consumer.deliver(
                        message -> {
                            loseClaims();
                            work(new Name(1));
                        },
                        Given.LONG))
                .isTrue();
        assertThat(count("transact FAIL")).isEqualTo(1);
        assertThat(count("transact END")).isEqualTo(0);

        assertThat(consumer.deliver(message -> work(new Name(2)), Given.LONG)).isTrue();
        assertThat(count("transact END")).isEqualTo(1);
    }

    @Test
    void aBranchDoesNotFailForAMessageThatWasLostAndDoneBeforeIt() throws Exception {
        assertThat(consumer.deliver(message -> loseClaims(), Given.LONG)).isTrue();
        assertThatThrownBy(() -> consumer.deliver(
                        message -> {
                            loseClaims();
                            throw new IllegalArgumentException("not this one");
                        },
                        Given.LONG))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(consumer.deliver(message -> work(new Name(1)), Given.LONG)).isTrue();
        assertThat(count("transact FAIL")).isEqualTo(0);
        assertThat(count("transact END")).isEqualTo(1);
    }

    @Test
    void aBranchWhoseEndWasRefusedCanBeEndedAsFailedAndIsNotAskedFor() throws Exception {
        resource.start(new Name(1), XAResource.TMNOFLAGS);
        given.link().refuseNext("transact END", RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThatThrownBy(() -> resource.end(new Name(1), XAResource.TMSUCCESS))
                .isInstanceOfSatisfying(
                        XAException.class, error -> assertThat(error.errorCode).isEqualTo(XAException.XA_RBROLLBACK));
        given.link().refuseNext("transact FAIL_SUSPENDED", RefusalCode.TRANSACTION_STATE);
        failAndRollBack(new Name(1));
        assertThat(count("transact FAIL_SUSPENDED")).isEqualTo(0);

        // Of another one it does not know that.
        assertThatThrownBy(() -> resource.end(new Name(2), XAResource.TMFAIL))
                .isInstanceOfSatisfying(
                        XAException.class, error -> assertThat(error.errorCode).isEqualTo(XAException.XAER_PROTO));
    }
}
