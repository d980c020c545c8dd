package dev.sluice.server.gateway;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Checks passwords on a few threads of its own, which end when nobody logs in: hashing is slow on purpose. Thread-safe. */
final class Logins implements AutoCloseable {
    /** How many may wait; each takes a fraction of a second, and clients give up after some. */
    static final int WAITING_MAX = 256;

    private static final int IDLE_SECONDS = 10;

    private final PasswordCheck passwords;
    private final ThreadPoolExecutor threads;

    Logins(PasswordCheck passwords, int threadCount) {
        this.passwords = passwords;
        this.threads = new ThreadPoolExecutor(
                threadCount,
                threadCount,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX),
                new EventThreads("sluice-login"));
        threads.allowCoreThreadTimeOut(true);
    }

    /** What came of a check. */
    enum Outcome {
        RIGHT,
        WRONG,
        /** The check could not be made; the log says why. */
        FAILED
    }

    /** Checks and answers on {@code answerOn}; false when too many are waiting already. */
    boolean check(String user, String password, Executor answerOn, Consumer<Outcome> answer) {
        try {
            threads.execute(() -> {
                Outcome outcome = outcome(user, password);
                answerOn.execute(() -> answer.accept(outcome));
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private Outcome outcome(String user, String password) {
        try {
            return passwords.matches(user, password) ? Outcome.RIGHT : Outcome.WRONG;
        } catch (RuntimeException e) {
            Gateway.LOG.error("users cannot be checked", e);
            return Outcome.FAILED;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
