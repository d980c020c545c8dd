package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A backlog far above the memory of the server. */
class BacklogIT {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final int MESSAGES = LONG ? 1_000_000 : 100_000;
    private static final int BODY_BYTES = 1_024;
    private static final int RESTARTS = 3;
    /** Two seconds is the mark, held where nothing else runs (-Plong); in the build of every day a guard against much worse. */
    private static final long ACCEPTING_MILLIS_MAX = LONG ? 2_000 : 5_000;

    /** Heap and direct memory at their limits, and what a JVM has beside them: the pages of LMDB's file are the kernel's. */
    private static final long ANONYMOUS_MEBIBYTES_MAX = 256 + 192 + 128;

    @RegisterExtension
    final ServerProcess server = server();

    private static ServerProcess server() {
        ServerProcess server = ServerProcess.with("--message-memory", "32MiB")
                .onJvm("-Xmx256m", "-XX:MaxDirectMemorySize=192m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
        return LONG ? server.throughTheLauncher() : server;
    }

    private final AtomicInteger confirmed = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    @Test
    void aServerWithALargeBacklogAcceptsSoonAfterItsStart() throws JMSException {
        fill();
        assertMemoryIsBounded();

        long best = Long.MAX_VALUE;
        for (int restart = 0; restart < RESTARTS; restart++) {
            best = Math.min(best, server.millisToRestart());
        }
        System.out.println("backlog: " + MESSAGES + " messages, accepting after " + best + " ms");

        assertThat(best)
                .as("ms from the start of the process to the first confirmed send")
                .isLessThan(ACCEPTING_MILLIS_MAX);
        drain();
        assertMemoryIsBounded();
    }

    private void assertMemoryIsBounded() {
        if (OS.LINUX.isCurrentOs()) {
            Footprint footprint = server.footprint();
            System.out.println("backlog: " + footprint);
            assertThat(footprint.anonymousMebibytes())
                    .as("MiB beside LMDB's file")
                    .isLessThan(ANONYMOUS_MEBIBYTES_MAX);
        }
    }

    private void fill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue backlog = context.createQueue("backlog");
            JMSProducer producer = context.createProducer().setAsync(new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    confirmed.incrementAndGet();
                }

                @Override
                public void onException(Message message, Exception exception) {
                    failure.set(exception);
                }
            });
            for (int number = 0; number < MESSAGES && failure.get() == null; number++) {
                BytesMessage message = context.createBytesMessage();
                message.writeInt(number);
                message.writeBytes(new byte[BODY_BYTES - Integer.BYTES]);
                producer.send(backlog, message);
            }
            Awaitility.await("all sends confirmed")
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> confirmed.get() == MESSAGES || failure.get() != null);
            assertThat(failure.get()).isNull();
        }
    }

    private void drain() throws JMSException {
        try (JMSContext context = server.factory().createContext(JMSContext.DUPS_OK_ACKNOWLEDGE)) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("backlog"));
            for (int number = 0; number < MESSAGES; number++) {
                assertThat(((BytesMessage) Received.next(consumer)).readInt()).isEqualTo(number);
            }
            Received.nothing(consumer);
        }
    }
}
