package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.link.Link.Publication;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import io.netty.buffer.Unpooled;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transacted sessions in odd orders: closed, interrupted, on a link that has failed. */
@Timeout(60)
class TransactedSessionTest {
    private final Given given = new Given();
    private final SluiceQueue in = new SluiceQueue("in");
    private final SluiceQueue out = new SluiceQueue("out");

    @Test
    void commitSaysThatACloseRolledItBack() throws JMSException {
        given.messages(in, 1);
        Session session = given.started().createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(in);
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
        session.createProducer(out).send(session.createTextMessage("sent"));
        given.link().onTake = () -> {
            Thread closer = new Thread(() -> {
                try {
                    session.close();
                } catch (JMSException wrong) {
                    throw new AssertionError(wrong);
                }
            });
            closer.setDaemon(true);
            closer.start();
            try {
                Awaitility.await()
                        .atMost(java.time.Duration.ofSeconds(2))
                        .until(() -> given.link().calls.contains("transact ROLLBACK_LOCAL"));
            } catch (org.awaitility.core.ConditionTimeoutException right) {
                // The close waits for the commit.
            }
        };
        boolean committed;
        try {
            session.commit();
            committed = true;
        } catch (JMSException refused) {
            committed = false;
        }
        assertThat(given.link().calls.contains("transact COMMIT_LOCAL"))
                .as("commit returned without an exception: %s", committed)
                .isEqualTo(committed);
    }

    @Test
    void commitAgainAfterAnInterruptWaitsForTheFirstOutcome() throws Exception {
        Session session = given.started().createSession(Session.SESSION_TRANSACTED);
        session.createProducer(out).send(session.createTextMessage("sent"));
        given.link().holdAnswers();
        Thread.currentThread().interrupt();
        assertThatThrownBy(session::commit).isInstanceOf(JMSException.class);
        assertThat(Thread.interrupted()).isTrue();

        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try {
                session.commit();
                return true;
            } catch (JMSException wrong) {
                return false;
            }
        });
        assertThat(second.completeOnTimeout(null, Given.SHORT * 5, java.util.concurrent.TimeUnit.MILLISECONDS)
                        .get())
                .as("the second commit, while the first has no outcome")
                .isNull();
    }

    @Test
    void commitFailsAsLongAsTheLinkHasFailed() throws JMSException {
        Session session = given.started().createSession(Session.SESSION_TRANSACTED);
        session.createProducer(out).send(session.createTextMessage("sent"));
        given.server.loop.awaitIdle(Given.LONG);
        given.link().fail(RefusalCode.SESSION_UNKNOWN);
        given.server.loop.awaitIdle(Given.LONG);
        assertThatThrownBy(session::commit).isInstanceOf(JMSException.class);
        assertThatThrownBy(session::commit).isInstanceOf(JMSException.class);
    }

    @Test
    void goesOnAfterAnUnreadableMessageWasRolledBack() throws Exception {
        Session session = given.started().createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(in);
        long address = given.link().createAddress(AddressKind.QUEUE, 0, "in").await();
        given.link()
                .publish(new Publication(address, 4, 0, 0), Unpooled.wrappedBuffer(new byte[] {1, 2, 3}), null)
                .await();
        assertThatThrownBy(() -> consumer.receive(Given.LONG)).isInstanceOf(JMSException.class);
        session.rollback();

        session.createProducer(out).send(session.createTextMessage("next"));
        session.commit();
    }
}
