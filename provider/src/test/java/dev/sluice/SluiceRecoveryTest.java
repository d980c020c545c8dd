package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

class SluiceRecoveryTest {
    /** As a transaction manager has it. */
    interface RecoveryHelper {
        boolean initialise(String parameters) throws Exception;

        XAResource[] getXAResources() throws Exception;
    }

    /** As a transaction manager does not have it. */
    interface Other {
        Object getXAResources();
    }

    interface More extends RecoveryHelper {
        void more();
    }

    private static SluiceRecovery recovery() throws IOException {
        try (ServerSocket closedSoon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new SluiceRecovery(new SluiceConnectionFactory("sluice://127.0.0.1:" + closedSoon.getLocalPort()));
        }
    }

    @Test
    void saysThatAServerIsAwayInsteadOfShowingNothing() throws Exception {
        try (SluiceRecovery recovery = recovery()) {
            RecoveryHelper helper = recovery.as(RecoveryHelper.class);
            assertThat(helper.initialise("")).isTrue();
            for (int pass = 0; pass < 3; pass++) {
                assertThatThrownBy(helper::getXAResources)
                        .isInstanceOf(JMSException.class)
                        .hasMessageContaining("cannot connect");
            }
        }
    }

    @Test
    void isClosedOnceAndForAll() throws Exception {
        SluiceRecovery recovery = recovery();
        recovery.close();
        recovery.close();
        assertThatThrownBy(recovery::getXAResources).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void becomesAHelperAndNothingElse() throws Exception {
        try (SluiceRecovery recovery = recovery()) {
            More helper = recovery.as(More.class);
            assertThat(helper)
                    .hasToString(recovery.toString())
                    .isEqualTo(helper)
                    .isNotEqualTo(recovery.as(More.class))
                    .hasSameHashCodeAs(helper);
            assertThatThrownBy(helper::more).isInstanceOf(UnsupportedOperationException.class);
            for (Class<?> wrong : new Class<?>[] {String.class, Runnable.class, Other.class}) {
                assertThatThrownBy(() -> recovery.as(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(wrong.getName());
            }
        }
    }

    @Test
    void connectsAsTheSameUserButNeitherAgainNorByTheName() {
        ClientOptions options = ClientUrl.parse("sluice://h?user=u&password=p&client.id=c&heartbeat=3s")
                .options()
                .forRecovery();
        assertThat(options.identity()).isEqualTo(new ClientOptions.Identity(null, "u", "p"));
        assertThat(options.times().reconnectFor()).isZero();
        assertThat(options.times().heartbeat()).isEqualTo(Duration.ofSeconds(3));
    }
}
