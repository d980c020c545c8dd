package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.admin.UsersFile;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.InvalidClientIDException;
import org.springframework.jms.InvalidDestinationException;
import org.springframework.jms.InvalidSelectorException;
import org.springframework.jms.JmsException;
import org.springframework.jms.JmsSecurityException;
import org.springframework.jms.MessageNotReadableException;
import org.springframework.jms.MessageNotWriteableException;
import org.springframework.jms.ResourceAllocationException;
import org.springframework.jms.UncategorizedJmsException;
import org.springframework.jms.connection.SingleConnectionFactory;
import org.springframework.jms.connection.UserCredentialsConnectionFactoryAdapter;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.converter.MessageConversionException;

/** What is wrong reaches an application of Spring as the exception that Spring has for it, with the words of Sluice. */
class JmsTemplateErrorsIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with("--store-limit=64MiB");

    @BeforeAll
    static void addAUser() {
        new UsersFile(SERVER.process().data().resolve("users")).add("ann", "secret".toCharArray());
    }

    private final JmsTemplate template = new JmsTemplate(SERVER.factory());

    @Test
    void aWrongPasswordIsASecurityException() {
        UserCredentialsConnectionFactoryAdapter adapter = new UserCredentialsConnectionFactoryAdapter();
        adapter.setTargetConnectionFactory(SERVER.factory());
        adapter.setUsername("ann");
        adapter.setPassword("guess");
        JmsTemplate wrong = new JmsTemplate(adapter);

        assertThatThrownBy(() -> wrong.convertAndSend(fresh("orders"), "text"))
                .isInstanceOf(JmsSecurityException.class)
                .hasMessageNotContaining("guess");

        adapter.setPassword("secret");
        String queue = fresh("orders");
        wrong.convertAndSend(queue, "text");
        assertThat(wrong.receiveAndConvert(queue)).isEqualTo("text");
    }

    @Test
    void aNameThatIsNoneIsAnInvalidDestination() {
        assertThatThrownBy(() -> template.convertAndSend("", "text")).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> template.convertAndSend("a\nb", "text"))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void aTemporaryQueueThatIsGoneIsAnInvalidDestination() throws JMSException {
        TemporaryQueue gone;
        try (Connection connection = SERVER.factory().createConnection()) {
            gone = connection.createSession().createTemporaryQueue();
            gone.delete();
        }

        assertThatThrownBy(() -> template.convertAndSend(gone, "text")).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void aTemporaryQueueOfAnotherIsAnInvalidDestinationToReceiveFrom() throws JMSException {
        try (Connection connection = SERVER.factory().createConnection()) {
            TemporaryQueue others = connection.createSession().createTemporaryQueue();

            assertThatThrownBy(() -> template.receive(others)).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void aSelectorThatCannotBeReadIsAnInvalidSelector() {
        assertThatThrownBy(() -> template.receiveSelected(fresh("orders"), "region = = 'eu'"))
                .isInstanceOf(InvalidSelectorException.class)
                .hasMessageContaining("=");
    }

    @Test
    void aClientIdentifierInUseIsAnInvalidClientId() throws JMSException {
        SingleConnectionFactory one = new SingleConnectionFactory(SERVER.factory());
        SingleConnectionFactory other = new SingleConnectionFactory(SERVER.factory());
        one.setClientId("branch-1");
        other.setClientId("branch-1");
        String queue = fresh("orders");
        try {
            new JmsTemplate(one).convertAndSend(queue, "first");

            assertThatThrownBy(() -> new JmsTemplate(other).convertAndSend(queue, "second"))
                    .isInstanceOf(InvalidClientIDException.class)
                    .hasMessageContaining("branch-1");

            one.destroy();
            new JmsTemplate(other).convertAndSend(queue, "second");
        } finally {
            one.destroy();
            other.destroy();
        }
    }

    @Test
    void aReceivedBodyIsReadOnlyAndAFreshOneWriteOnly() {
        String queue = fresh("orders");
        template.convertAndSend(queue, "text");

        assertThatThrownBy(() -> template.execute(
                        session -> {
                            var consumer = session.createConsumer(session.createQueue(queue));
                            ((jakarta.jms.TextMessage) consumer.receive(10_000)).setText("other");
                            return null;
                        },
                        true))
                .isInstanceOf(MessageNotWriteableException.class);
        assertThatThrownBy(() ->
                        template.execute(session -> session.createBytesMessage().readByte()))
                .isInstanceOf(MessageNotReadableException.class);
    }

    @Test
    void whatNoConverterKnowsIsAConversionException() {
        assertThatThrownBy(() -> template.convertAndSend(fresh("orders"), new Object()))
                .isInstanceOf(MessageConversionException.class);
    }

    @Test
    void aFullStoreIsAResourceAllocationExceptionAndConsumingHelps() {
        String queue = fresh("large");
        byte[] body = new byte[1 << 20];
        int[] sent = {0};

        assertThatThrownBy(() -> {
                    for (sent[0] = 0; sent[0] < 200; sent[0]++) {
                        template.convertAndSend(queue, body);
                    }
                })
                .isInstanceOf(ResourceAllocationException.class)
                .hasMessageContaining("limit");

        template.setReceiveTimeout(Moments.PATIENCE.toMillis());
        for (int each = 0; each < sent[0]; each++) {
            assertThat((byte[]) template.receiveAndConvert(queue)).hasSize(body.length);
        }
        Moments.await("there is room again").until(() -> {
            try {
                template.convertAndSend(queue, "small");
                return true;
            } catch (ResourceAllocationException full) {
                return false;
            }
        });
    }

    @Test
    void aServerThatIsNotThereIsSaidSoWithItsAddress() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        JmsTemplate nowhere =
                new JmsTemplate(new SluiceConnectionFactory("sluice://localhost:" + port + "?reconnect.for=0s"));

        assertThatThrownBy(() -> nowhere.convertAndSend("orders", "text"))
                .isInstanceOf(UncategorizedJmsException.class)
                .satisfies(thrown -> {
                    assertThat(((JmsException) thrown).getErrorCode()).startsWith("SLUICE-");
                    assertThat(thrown).cause().hasMessageContaining("localhost:" + port);
                });
    }
}
