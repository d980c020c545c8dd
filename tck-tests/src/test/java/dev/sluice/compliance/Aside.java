package dev.sluice.compliance;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A call on a thread of its own, whose waiting and end a test can see. */
final class Aside<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Aside(Callable<T> call) {
        thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Exception | Error thrown) {
                result.completeExceptionally(thrown);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** A call without a result. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    static <T> Aside<T> call(Callable<T> call) {
        return new Aside<>(call);
    }

    static Aside<Boolean> run(Action action) {
        return new Aside<>(() -> {
            action.run();
            return true;
        });
    }

    /** Returns when the call waits for something. */
    Aside<T> waits() {
        Awaitility.await().until(() -> isDone() || isWaiting());
        if (isDone()) {
            throw new AssertionError("the call did not wait: " + result);
        }
        return this;
    }

    private boolean isWaiting() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    boolean isDone() {
        return result.isDone();
    }

    /** What the call gave; what it threw is thrown. */
    T result() throws Exception {
        try {
            return result.get(Peer.LONG, TimeUnit.MILLISECONDS);
        } catch (ExecutionException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw thrown;
        } catch (TimeoutException late) {
            StackTraceElement[] stack = thread.getStackTrace();
            throw new AssertionError("the call did not end; it is at " + java.util.Arrays.toString(stack), late);
        }
    }
}
