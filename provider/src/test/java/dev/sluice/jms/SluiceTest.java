package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.sluice.Sluice;
import dev.sluice.SluiceException;
import dev.sluice.SluiceException.Reason;
import dev.sluice.SluiceListener;
import dev.sluice.link.LinkException;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.Connection;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.Session;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection offers beyond the standard. */
final class SluiceTest {
    private final Given given = new Given();

    /** Writes down what it hears, and on which thread. */
    private static final class Hearer implements SluiceListener {
        final List<String> heard = new ArrayList<>();
        final List<Sluice> from = new ArrayList<>();

        private synchronized void add(Sluice connection, String event) {
            heard.add(event);
            from.add(connection);
        }

        synchronized List<String> heard() {
            return List.copyOf(heard);
        }

        @Override
        public void interrupted(Sluice connection, SluiceException reason) {
            add(connection, "interrupted " + reason.reason() + " " + reason.getMessage());
        }

        @Override
        public void resumed(Sluice connection, String server) {
            add(connection, "resumed " + server);
        }

        @Override
        public void failed(Sluice connection, SluiceException reason) {
            add(connection, "failed " + reason.reason());
        }
    }

    @Test
    void tellsWhatBecomesOfAConnection() throws JMSException {
        try (ClassicConnection connection = given.connection()) {
            Hearer hearer = new Hearer();
            Sluice.of(connection).setListener(hearer);
            assertThat(connection.state()).isEqualTo(Sluice.State.CONNECTED);
            assertThat(connection.server()).isEqualTo("one:7676");

            given.link().interrupt();
            await().until(() -> connection.state() == Sluice.State.INTERRUPTED);
            given.link().resume("two:7676");
            await().until(() -> connection.state() == Sluice.State.CONNECTED);
            assertThat(connection.server()).isEqualTo("two:7676");
            given.link().fail(RefusalCode.SESSION_UNKNOWN);

            await().until(() -> hearer.heard().size() == 3);
            assertThat(hearer.heard())
                    .containsExactly(
                            "interrupted UNREACHABLE one:7676: the socket was closed",
                            "resumed two:7676",
                            "failed SESSION_UNKNOWN");
            assertThat(hearer.from).containsOnly(connection);
            assertThat(connection.state()).isEqualTo(Sluice.State.FAILED);
        }
    }

    @Test
    void goesOnWhileAListenerTakesItsTime() throws Exception {
        try (ClassicConnection connection = given.connection();
                Session session = connection.createSession()) {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch mayReturn = new CountDownLatch(1);
            connection.setListener(new SluiceListener() {
                @Override
                public void interrupted(Sluice source, SluiceException reason) {
                    entered.countDown();
                    try {
                        mayReturn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            given.link().interrupt();
            assertThat(entered.await(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
            given.link().resume("one:7676");

            session.createProducer(session.createQueue("q")).send(session.createMessage());
            connection.start();
            assertThat(Given.next(session.createConsumer(session.createQueue("q"))))
                    .isNotNull();
            mayReturn.countDown();
        }
    }

    @Test
    void tellsNothingOnceItIsClosed() throws JMSException {
        ClassicConnection connection = given.connection();
        Hearer hearer = new Hearer();
        connection.setListener(hearer);
        connection.close();

        given.link().interrupt();
        given.server.loop.awaitIdle(Given.LONG);

        assertThat(connection.state()).isEqualTo(Sluice.State.CLOSED);
        assertThat(hearer.heard()).isEmpty();
    }

    @Test
    void isTheSameForAllContextsOfAConnection() throws JMSException {
        try (SimplifiedContext first = given.context(JMSContext.AUTO_ACKNOWLEDGE);
                JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            Hearer hearer = new Hearer();
            Sluice.of(first).setListener(hearer);

            assertThat(Sluice.of(second).listener()).contains(hearer);
            assertThat(Sluice.of(second).server()).isEqualTo("one:7676");
            assertThat(Sluice.of(second).state()).isEqualTo(Sluice.State.CONNECTED);
        }
    }

    @Test
    void saysThatItCannotLookIntoWrappers() {
        Connection wrapper = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> null);

        assertThatThrownBy(() -> Sluice.of(wrapper))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(wrapper.getClass().getName())
                .hasMessageContaining("SluiceConnectionFactory.setListener");
    }

    @Test
    void findsTheReasonInWhateverWrapsIt() {
        JMSException full =
                JmsErrors.of(new LinkException(RefusalCode.STORAGE_FULL, "the store is full", 1_000, 1_024));
        JMSRuntimeException unchecked = JmsErrors.unchecked(full);

        assertThat(full).isInstanceOf(ResourceAllocationException.class);
        assertThat(full.getErrorCode()).isEqualTo("SLUICE-20");
        assertThat(full.getLinkedException()).isInstanceOf(SluiceException.class);
        assertThat(unchecked).isInstanceOf(ResourceAllocationRuntimeException.class);
        for (Throwable thrown : List.of(full, unchecked, new IllegalArgumentException(new Exception(unchecked)))) {
            SluiceException why = SluiceException.in(thrown).orElseThrow();
            assertThat(why.reason()).isEqualTo(Reason.STORAGE_FULL);
            assertThat(why).hasMessage("the store is full");
            assertThat(why.limit()).hasValue(1_000);
            assertThat(why.value()).hasValue(1_024);
            assertThat(why.retryAfter()).contains(Duration.ofSeconds(1));
        }
        JMSException linkedOnly = new JMSException("without a cause");
        linkedOnly.setLinkedException(full);
        assertThat(SluiceException.in(linkedOnly)).isPresent();
    }

    @Test
    void saysNothingOfLimitsAndRetriesWhereThereAreNone() {
        SluiceException why = SluiceException.in(JmsErrors.of(new LinkException(RefusalCode.SELECTOR, "no such thing")))
                .orElseThrow();

        assertThat(why.limit()).isEmpty();
        assertThat(why.value()).isEmpty();
        assertThat(why.retryAfter()).isEqualTo(Optional.empty());
        assertThat(SluiceException.in(new JMSException("of another"))).isEmpty();
        assertThat(SluiceException.in(null)).isEmpty();
    }

    @Test
    void doesNotFollowExceptionsInARing() {
        JMSException one = new JMSException("one");
        JMSException other = new JMSException("other");
        one.initCause(other);
        other.initCause(one);

        assertThat(SluiceException.in(one)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(RefusalCode.class)
    void keepsReasonsThroughTheStandardException(RefusalCode code) {
        SluiceException why = SluiceException.in(JmsErrors.of(new LinkException(code, "text")))
                .orElseThrow();

        String name = why.reason().name();
        assertThat(name).isIn(code.name(), "UNREACHABLE", "INTERNAL");
    }

    @Test
    void isWhatAnApplicationCatches() throws JMSException {
        try (ClassicConnection connection = given.connection();
                Session session = connection.createSession()) {
            Throwable thrown = catchThrowable(() -> session.createConsumer(session.createQueue("q"), "!!"));

            assertThat(thrown).isInstanceOf(InvalidSelectorException.class);
            assertThat(SluiceException.in(thrown).map(SluiceException::reason)).contains(Reason.SELECTOR);
        }
    }
}
