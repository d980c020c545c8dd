package dev.sluice.ra;

import dev.sluice.base.Monitor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that a session of an application works for, or did until another thread ended that (a transaction manager does, after a timeout):
 * the application's thread is still in it then, and does not know. Thread-safe.
 */
final class Whereabouts {
    private final Supplier<@Nullable Object> transactionOfCaller;
    private final Monitor monitor = new Monitor();
    private @Nullable Object transaction;
    private @Nullable Thread thread;

    /** {@code transactionOfCaller}: what the container names the transaction of the calling thread; null for none. */
    Whereabouts(Supplier<@Nullable Object> transactionOfCaller) {
        this.transactionOfCaller = transactionOfCaller;
    }

    /** The calling thread has the session work for its transaction. */
    void begins() {
        set(transactionOfCaller.get(), Thread.currentThread());
    }

    /** The session does not any more; when the thread itself ends that, it knows. */
    void ends() {
        monitor.enter();
        try {
            if (thread == Thread.currentThread()) {
                forget();
            }
        } finally {
            monitor.leave();
        }
    }

    /** Another application has the session. */
    void forget() {
        set(null, null);
    }

    private void set(@Nullable Object newTransaction, @Nullable Thread newThread) {
        monitor.enter();
        try {
            transaction = newTransaction;
            thread = newThread;
        } finally {
            monitor.leave();
        }
    }

    /** Whether that is the transaction of the calling thread. */
    boolean isCallers() {
        Object last;
        monitor.enter();
        try {
            last = transaction;
        } finally {
            monitor.leave();
        }
        return last != null && last.equals(transactionOfCaller.get());
    }
}
