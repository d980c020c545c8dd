package dev.sluice.compliance;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static javax.transaction.xa.XAResource.XA_OK;
import static javax.transaction.xa.XAResource.XA_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.jms.ClassicConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Global transactions, by the hand of a test that plays the transaction manager. */
class Chapter11DistributedTransactionsTest extends Chapter {
    private static final AtomicLong BRANCHES = new AtomicLong();

    private final List<XAConnection> open = new ArrayList<>();
    private XASession own;
    private XAResource resource;
    private MessageConsumer watcher;

    /** The name of a branch as a transaction manager has it: with a class of its own. */
    private record Name(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier) implements Xid {}

    private static Xid xid() {
        byte[] number = Long.toString(BRANCHES.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        return new Name(4711, number, new byte[] {1, -1, 0});
    }

    private XASession xaSession() throws JMSException {
        XAConnection xa = ((XAConnectionFactory) factory()).createXAConnection();
        open.add(xa);
        xa.start();
        return xa.createXASession();
    }

    @BeforeEach
    final void connectForXa() throws JMSException {
        own = xaSession();
        resource = own.getXAResource();
        watcher = peer.started().createSession().createConsumer(topic);
    }

    @AfterEach
    final void closeXa() throws JMSException {
        for (XAConnection xa : open) {
            xa.close();
        }
    }

    private static void send(XASession by, jakarta.jms.Destination to, String... texts) throws JMSException {
        MessageProducer producer = by.createProducer(to);
        for (String text : texts) {
            producer.send(by.createTextMessage(text));
        }
    }

    private Xid worked(String... texts) throws Exception {
        Xid xid = xid();
        resource.start(xid, TMNOFLAGS);
        send(own, topic, texts);
        resource.end(xid, TMSUCCESS);
        return xid;
    }

    private static void assertFails(int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class, error -> assertThat(error.errorCode).isEqualTo(code));
    }

    @Test
    @Section({"6.2.8", "11.3.5"})
    void aBranchBecomesVisibleWhenItCommitsInTwoPhases() throws Exception {
        send(queue, "in");
        MessageConsumer consumer = own.createConsumer(queue);
        Xid xid = xid();
        resource.start(xid, TMNOFLAGS);
        assertThat(Peer.text(consumer)).isEqualTo("in");
        send(own, topic, "one", "two");
        resource.end(xid, TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XA_OK);
        assertThat(rest(watcher)).isEmpty();
        resource.commit(xid, false);
        assertThat(rest(watcher)).containsExactly("one", "two");
        own.close();
        assertThat(rest(peer.started().createSession().createConsumer(queue))).isEmpty();
    }

    @Test
    @Section({"6.2.8", "11.3.5"})
    void aBranchThatIsRolledBackComesAgainInOrder() throws Exception {
        send(queue, "one", "two", "three");
        MessageConsumer consumer = own.createConsumer(queue);
        for (boolean prepared : new boolean[] {false, true}) {
            Xid xid = xid();
            resource.start(xid, TMNOFLAGS);
            assertThat(Peer.text(consumer)).isEqualTo("one");
            assertThat(Peer.text(consumer)).isEqualTo("two");
            send(own, topic, "out");
            resource.end(xid, TMSUCCESS);
            if (prepared) {
                assertThat(resource.prepare(xid)).isEqualTo(XA_OK);
            }
            resource.rollback(xid);
        }
        assertThat(rest(watcher)).isEmpty();
        assertThat(nextMark(consumer)).isEqualTo("one/3r");
        assertThat(nextMark(consumer)).isEqualTo("two/3r");
        assertThat(nextMark(consumer)).isEqualTo("three/1");
    }

    @Test
    @Section("11.3.5")
    void onePhaseCommitsAndAnEmptyBranchVotesReadOnly() throws Exception {
        Xid xid = worked("one");
        resource.commit(xid, true);
        assertThat(rest(watcher)).containsExactly("one");
        Xid empty = worked();
        assertThat(resource.prepare(empty)).isEqualTo(XA_RDONLY);
        assertFails(XAException.XAER_NOTA, () -> resource.commit(empty, false));
    }

    @Test
    @Section("11.3.3")
    void outsideOfABranchItSendsAndAcknowledgesAtOnce() throws Exception {
        send(queue, "one", "two");
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(Peer.text(consumer)).isEqualTo("one");
        send(own, topic, "out");
        assertThat(rest(watcher)).containsExactly("out");
        Xid xid = xid();
        resource.start(xid, TMNOFLAGS);
        assertThat(Peer.text(consumer)).isEqualTo("two");
        resource.end(xid, TMSUCCESS);
        resource.rollback(xid);
        assertThat(nextMark(consumer)).isEqualTo("two/2r");
        own.close();
        assertThat(rest(peer.started().createSession().createConsumer(queue))).isEmpty();
    }

    @Test
    @Section({"6.2.8", "11.3.3"})
    void theSessionLeavesItsEndToTheTransactionManager() throws Exception {
        assertThat(own.getTransacted()).isTrue();
        assertThat(own.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
        assertThatThrownBy(own::commit).isInstanceOf(TransactionInProgressException.class);
        assertThatThrownBy(own::rollback).isInstanceOf(TransactionInProgressException.class);
        assertThatThrownBy(own::recover).isInstanceOf(IllegalStateException.class);
        assertThat(own.getSession().createTextMessage("x").getText()).isEqualTo("x");
    }

    @Test
    @Section({"11.3.1", "11.3.2"})
    void oneFactoryMakesXaConnectionsOfEachKind() throws Exception {
        XAConnection xa = ((XAConnectionFactory) factory()).createXAConnection(null, null);
        open.add(xa);
        assertThat(xa.createSession().getTransacted()).isFalse();
        try (var queues = ((XAQueueConnectionFactory) factory()).createXAQueueConnection()) {
            QueueSession session = queues.createXAQueueSession().getQueueSession();
            assertThatThrownBy(() -> session.createTopic("t")).isInstanceOf(IllegalStateException.class);
        }
        try (var topics = ((XATopicConnectionFactory) factory()).createXATopicConnection()) {
            TopicSession session = topics.createXATopicSession().getTopicSession();
            assertThatThrownBy(() -> session.createQueue("q")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Section("11.3.4")
    void aContextForXaIsOneOfItsSessions() throws Exception {
        try (XAJMSContext context = ((XAConnectionFactory) factory()).createXAContext()) {
            XAResource its = context.getXAResource();
            Xid xid = xid();
            its.start(xid, TMNOFLAGS);
            context.getContext().createProducer().send(queue, "one");
            its.end(xid, TMSUCCESS);
            JMSConsumer consumer = context.createConsumer(queue);
            assertThat(consumer.receiveNoWait()).isNull();
            its.commit(xid, true);
            assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("one");
            assertThat(context.getTransacted()).isTrue();
            assertThatThrownBy(context::commit).isInstanceOf(TransactionInProgressRuntimeException.class);
        }
    }

    @Test
    @Section("11.3.5")
    void aBranchIsSuspendedAndResumedByAnotherSessionAndThread() throws Exception {
        Xid xid = xid();
        resource.start(xid, TMNOFLAGS);
        send(own, topic, "one");
        resource.end(xid, TMSUSPEND);
        send(own, topic, "outside");
        assertThat(rest(watcher)).containsExactly("outside");
        XASession other = xaSession();
        Aside.call(() -> {
                    other.getXAResource().start(xid, TMRESUME);
                    send(other, topic, "two");
                    other.getXAResource().end(xid, TMSUCCESS);
                    return true;
                })
                .result();
        assertThat(resource.prepare(xid)).isEqualTo(XA_OK);
        other.getXAResource().commit(xid, false);
        assertThat(rest(watcher)).containsExactly("one", "two");
    }

    @Test
    @Section("11.3.5")
    void sessionsJoinABranchOfTheSameResourceManager() throws Exception {
        XASession other = xaSession();
        assertThat(resource.isSameRM(other.getXAResource())).isTrue();
        assertThat(resource.isSameRM(resource)).isTrue();
        XAConnection elsewhere = new SluiceConnectionFactory("sluice:mem:another").createXAConnection();
        open.add(elsewhere);
        assertThat(resource.isSameRM(elsewhere.createXASession().getXAResource()))
                .isFalse();
        Xid xid = xid();
        resource.start(xid, TMNOFLAGS);
        send(own, topic, "one");
        other.getXAResource().start(xid, TMJOIN);
        send(other, topic, "two");
        other.getXAResource().end(xid, TMSUCCESS);
        resource.end(xid, TMSUCCESS);
        resource.commit(xid, true);
        assertThat(rest(watcher)).containsExactly("one", "two");
    }

    @Test
    @Section("11.3.5")
    void everyIllegalOrderIsAnsweredByItsCodeAndDoesNoDamage() throws Exception {
        Xid xid = xid();
        assertFails(XAException.XAER_NOTA, () -> resource.prepare(xid));
        assertFails(XAException.XAER_NOTA, () -> resource.start(xid, TMJOIN));
        assertFails(XAException.XAER_NOTA, () -> resource.end(xid, TMSUCCESS));
        assertFails(XAException.XAER_INVAL, () -> resource.start(xid, TMSUCCESS));
        assertFails(XAException.XAER_INVAL, () -> resource.start(null, TMNOFLAGS));
        assertFails(XAException.XAER_INVAL, () -> resource.start(new Name(1, new byte[65], new byte[0]), TMNOFLAGS));
        assertFails(XAException.XAER_INVAL, () -> resource.recover(TMFAIL));
        resource.start(xid, TMNOFLAGS);
        assertFails(XAException.XAER_PROTO, () -> resource.start(xid(), TMNOFLAGS));
        assertFails(XAException.XAER_DUPID, () -> xaSession().getXAResource().start(xid, TMNOFLAGS));
        assertFails(XAException.XAER_PROTO, () -> resource.prepare(xid));
        assertFails(XAException.XAER_PROTO, () -> resource.commit(xid, true));
        assertFails(XAException.XAER_PROTO, () -> resource.rollback(xid));
        assertFails(XAException.XAER_INVAL, () -> resource.end(xid, TMJOIN));
        send(own, topic, "one");
        resource.end(xid, TMSUCCESS);
        assertFails(XAException.XAER_PROTO, () -> resource.end(xid, TMSUCCESS));
        assertFails(XAException.XAER_PROTO, () -> resource.commit(xid, false));
        assertFails(XAException.XAER_PROTO, () -> resource.forget(xid));
        assertThat(resource.prepare(xid)).isEqualTo(XA_OK);
        assertFails(XAException.XAER_PROTO, () -> resource.prepare(xid));
        assertFails(XAException.XAER_PROTO, () -> resource.commit(xid, true));
        assertFails(XAException.XAER_PROTO, () -> resource.start(xid, TMJOIN));
        resource.commit(xid, false);
        assertFails(XAException.XAER_NOTA, () -> resource.commit(xid, false));
        assertFails(XAException.XAER_NOTA, () -> resource.forget(xid));
        assertThat(rest(watcher)).containsExactly("one");
    }

    @Test
    @Section("11.3.5")
    void aBranchThatFailedOrIsOutOfTimeCanOnlyBeRolledBack() throws Exception {
        Xid failed = xid();
        resource.start(failed, TMNOFLAGS);
        send(own, topic, "one");
        resource.end(failed, TMFAIL);
        assertFails(XAException.XA_RBROLLBACK, () -> resource.prepare(failed));
        assertThat(resource.getTransactionTimeout()).isZero();
        assertThat(resource.setTransactionTimeout(1)).isTrue();
        assertThat(resource.getTransactionTimeout()).isEqualTo(1);
        Xid late = xid();
        resource.start(late, TMNOFLAGS);
        send(own, topic, "two");
        letPass(1100);
        assertFails(XAException.XA_RBTIMEOUT, () -> resource.end(late, TMSUCCESS));
        resource.rollback(late);
        assertFails(XAException.XAER_INVAL, () -> resource.setTransactionTimeout(-1));
        assertThat(rest(watcher)).isEmpty();
    }

    @Test
    @Section("11.3.5")
    void aClosedSessionTakesItsUnpreparedBranchWithItAndNoOther() throws Exception {
        Xid prepared = worked("one");
        assertThat(resource.prepare(prepared)).isEqualTo(XA_OK);
        Xid lost = xid();
        resource.start(lost, TMNOFLAGS);
        send(own, topic, "two");
        own.close();
        open.get(0).close();
        XAResource other = xaSession().getXAResource();
        assertFails(XAException.XAER_NOTA, () -> other.commit(lost, true));
        assertThat(other.recover(TMSTARTRSCAN | TMENDRSCAN)).contains(name(prepared));
        other.commit(prepared, false);
        assertThat(rest(watcher)).containsExactly("one");
    }

    private static Xid name(Xid xid) {
        return dev.sluice.link.BranchXid.of(xid);
    }

    @Test
    @Section({"6.2.8", "11.3.5"})
    void aPreparedBranchIsFoundAndEndedAfterTheServerWasStartedAgain(@TempDir Path data) throws Exception {
        try (Restartable server = Restartable.durable(data)) {
            Xid committed = xid();
            Xid rolledBack = xid();
            try (XAConnection xa = server.factory("").createXAConnection()) {
                xa.start();
                XASession session = xa.createXASession();
                Queue in = session.createQueue("in");
                Queue out = session.createQueue("out");
                send(session, in, "one", "two");
                MessageConsumer consumer = session.createConsumer(in);
                XAResource its = session.getXAResource();
                for (Xid xid : List.of(committed, rolledBack)) {
                    its.start(xid, TMNOFLAGS);
                    send(session, out, "for " + Peer.text(consumer));
                    its.end(xid, TMSUCCESS);
                    assertThat(its.prepare(xid)).isEqualTo(XA_OK);
                }
            }
            server.stop();
            try (XAConnection xa = server.factory("").createXAConnection()) {
                xa.start();
                XASession session = xa.createXASession();
                MessageConsumer in = session.createConsumer(session.createQueue("in"));
                MessageConsumer out = session.createConsumer(session.createQueue("out"));
                assertThat(rest(in)).isEmpty();
                assertThat(rest(out)).isEmpty();
                XAResource its = session.getXAResource();
                assertThat(its.recover(TMSTARTRSCAN)).containsExactlyInAnyOrder(name(committed), name(rolledBack));
                assertThat(its.recover(TMNOFLAGS)).isEmpty();
                its.commit(committed, false);
                its.rollback(rolledBack);
                assertThat(its.recover(TMSTARTRSCAN | TMENDRSCAN)).isEmpty();
                assertThat(Peer.text(out)).isEqualTo("for one");
                assertThat(nextMark(in)).isEqualTo("two/2r");
                assertThat(rest(out)).isEmpty();
                assertThat(rest(in)).isEmpty();
            }
        }
    }

    @Test
    @Section("11.3.5")
    void aMessageIsOfTheBranchThatItsListenerStartsAndEnds() throws Exception {
        Queue in = own.createQueue("in");
        try (JMSContext context = factory().createContext()) {
            context.createProducer().send(in, "one");
        }
        ClassicConsumer consumer = (ClassicConsumer) own.createConsumer(in);
        List<String> seen = new ArrayList<>();
        for (boolean commit : new boolean[] {false, true}) {
            Xid xid = xid();
            boolean came = consumer.deliver(
                    message -> {
                        try {
                            resource.start(xid, TMNOFLAGS);
                            seen.add(((TextMessage) message).getText() + message.getJMSRedelivered());
                            resource.end(xid, TMSUCCESS);
                            if (commit) {
                                resource.commit(xid, true);
                            } else {
                                resource.rollback(xid);
                            }
                        } catch (XAException | JMSException unexpected) {
                            throw new AssertionError(unexpected);
                        }
                    },
                    10_000);
            assertThat(came).isTrue();
        }
        assertThat(seen).containsExactly("onefalse", "onetrue");
        assertThat(consumer.receiveNoWait()).isNull();
    }
}
