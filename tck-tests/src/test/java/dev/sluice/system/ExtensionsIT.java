package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.Sluice;
import dev.sluice.SluiceConnectionFactory;
import dev.sluice.SluiceException;
import dev.sluice.SluiceListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What docs/extensions.md promises, with a server that comes and goes. */
class ExtensionsIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final List<String> events = new CopyOnWriteArrayList<>();

    private SluiceConnectionFactory factory(String options) {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(server.url() + options);
        factory.setListener(new SluiceListener() {
            @Override
            public void interrupted(Sluice connection, SluiceException reason) {
                events.add("interrupted " + reason.reason());
            }

            @Override
            public void resumed(Sluice connection, String at) {
                events.add("resumed " + at);
            }

            @Override
            public void failed(Sluice connection, SluiceException reason) {
                events.add("failed " + reason.reason());
            }
        });
        return factory;
    }

    private void awaitEvents(int count) {
        Awaitility.await(count + " events").atMost(Duration.ofSeconds(30)).until(() -> events.size() >= count);
    }

    @Test
    void aConnectionSaysThatItsServerWentAndCameBack() throws JMSException {
        try (Connection connection = factory("").createConnection()) {
            Sluice sluice = Sluice.of(connection);
            String address = "localhost:" + server.port();
            assertThat(sluice.state()).isEqualTo(Sluice.State.CONNECTED);
            assertThat(sluice.server()).isEqualTo(address);

            server.kill();
            awaitEvents(1);
            assertThat(sluice.state()).isEqualTo(Sluice.State.INTERRUPTED);
            server.start();
            awaitEvents(2);

            assertThat(events).containsExactly("interrupted UNREACHABLE", "resumed " + address);
            assertThat(sluice.state()).isEqualTo(Sluice.State.CONNECTED);
        }
    }

    @Test
    void aConnectionThatMayNotReconnectForLongSaysThatItHasFailed() throws JMSException {
        try (Connection connection = factory("?reconnect.for=500ms").createConnection();
                Session session = connection.createSession()) {
            server.kill();
            awaitEvents(2);

            assertThat(events).containsExactly("interrupted UNREACHABLE", "failed UNREACHABLE");
            assertThat(Sluice.of(connection).state()).isEqualTo(Sluice.State.FAILED);
            JMSException refused = catchThrowableOfType(
                    JMSException.class,
                    () -> session.createProducer(session.createQueue("q")).send(session.createMessage()));
            SluiceException why = SluiceException.in(refused).orElseThrow();
            assertThat(why.reason()).isEqualTo(SluiceException.Reason.UNREACHABLE);
            assertThat(why.retryAfter()).isPresent();
        }
    }
}
