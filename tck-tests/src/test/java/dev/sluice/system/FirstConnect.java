package dev.sluice.system;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/** A connection that was never there fails at once when no server is there, as it may be in a test of faults: here it is tried again. */
public final class FirstConnect {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private FirstConnect() {}

    /** What {@code connecting} gives as soon as it throws neither a {@link JMSException} nor a {@link JMSRuntimeException}. */
    public static <T> T of(Callable<T> connecting) {
        AtomicReference<T> connected = new AtomicReference<>();
        Awaitility.await("a server is there")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsMatching(
                        refused -> refused instanceof JMSException || refused instanceof JMSRuntimeException)
                .until(() -> {
                    connected.set(connecting.call());
                    return true;
                });
        return connected.get();
    }
}
