package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntToLongFunction;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DelayIT {
    private static final int EXACT_MILLIS = 10;
    private static final long SEND_WAIT_MILLIS = 1_000;
    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final int MANY = LONG ? 1_000_000 : 20_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long RESTART_MILLIS_MAX = LONG ? 2_000 : 5_000;
    private static final int RESTARTS = 3;

    /** Its heap is far too small for a million messages. */
    @RegisterExtension
    final ServerProcess server = LONG ? ServerProcess.with().throughTheLauncher() : ServerProcess.with();

    @Test
    void delayedMessagesComeWithinTenMillisecondsOfTheirTimeAndNeverBefore() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue later = context.createQueue("later");
            JMSConsumer consumer = context.createConsumer(later);
            // The first rounds warm both JVMs up; one good round shows what the server can do on a busy machine.
            long best = Long.MAX_VALUE;
            for (int round = 0; round < 5 && best > EXACT_MILLIS; round++) {
                best = Math.min(best, medianLatenessMillis(context, later, consumer));
            }
            assertThat(best).as("median lateness in ms").isBetween(0L, (long) EXACT_MILLIS);
        }
    }

    private static long medianLatenessMillis(JMSContext context, Queue later, JMSConsumer consumer)
            throws JMSException {
        JMSProducer producer = context.createProducer();
        int count = 21;
        for (int index = 0; index < count; index++) {
            producer.setDeliveryDelay(300 + index * 20L).send(later, "message " + index);
        }
        long[] lateness = new long[count];
        for (int index = 0; index < count; index++) {
            Message message = Received.next(consumer);
            lateness[index] = System.currentTimeMillis() - message.getJMSDeliveryTime();
            // The client knows the server's clock to a millisecond or two.
            assertThat(lateness[index]).as("a message before its time").isGreaterThanOrEqualTo(-2);
        }
        Arrays.sort(lateness);
        return Math.max(0, lateness[count / 2]);
    }

    @Test
    void manyThatWaitNeitherSlowARestartNorThoseThatAreDue() throws JMSException {
        SplittableRandom random = new SplittableRandom(MANY);
        try (JMSContext context = server.factory().createContext()) {
            sendMany(context, index -> HOUR_MILLIS + random.nextLong(HOUR_MILLIS));
        }

        long best = Long.MAX_VALUE;
        for (int restart = 0; restart < RESTARTS; restart++) {
            best = Math.min(best, server.millisToRestart());
        }

        System.out.println("delay: " + MANY + " messages wait, accepting after " + best + " ms");
        assertThat(best).as("ms to restart with " + MANY + " that wait").isLessThan(RESTART_MILLIS_MAX);
        delayedMessagesComeWithinTenMillisecondsOfTheirTimeAndNeverBefore();
    }

    @Test
    void manyDelayedMessagesComeInTheOrderOfTheirTimesAndSurviveAKill() throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            Queue later = context.createQueue("later");
            long allDue = System.currentTimeMillis() + 10_000 + MANY / 20;
            // Sent in the opposite order of the one they become due in.
            sendMany(context, index -> Math.max(1, allDue - index / 20 - System.currentTimeMillis()));

            server.killAndRestart();

            JMSConsumer consumer = context.createConsumer(later);
            boolean[] seen = new boolean[MANY];
            long lastDue = 0;
            for (int index = 0; index < MANY; index++) {
                Message message = Received.next(consumer);
                int number = Integer.parseInt(message.getBody(String.class));
                assertThat(seen[number]).as("message " + number + " came twice").isFalse();
                seen[number] = true;
                long due = message.getJMSDeliveryTime();
                assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(due - 2);
                // The server counts a delay from when the message reached it, and in this stream sends wait for the
                // window.
                assertThat(due).as("order of due times at " + index).isGreaterThanOrEqualTo(lastDue - SEND_WAIT_MILLIS);
                lastDue = Math.max(lastDue, due);
            }
            Received.nothing(consumer);
        }
    }

    private static void sendMany(JMSContext context, IntToLongFunction delayMillis) throws JMSException {
        AtomicInteger confirmed = new AtomicInteger();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
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
        Queue later = context.createQueue("later");
        for (int index = 0; index < MANY; index++) {
            producer.setDeliveryDelay(delayMillis.applyAsLong(index)).send(later, Integer.toString(index));
        }
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> confirmed.get() == MANY || failure.get() != null);
        assertThat(failure.get()).isNull();
    }
}
