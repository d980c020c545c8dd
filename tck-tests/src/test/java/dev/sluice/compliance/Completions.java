package dev.sluice.compliance;

import jakarta.jms.CompletionListener;
import jakarta.jms.Message;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A completion listener that remembers what it was told. */
final class Completions implements CompletionListener {
    /** Hears nothing. */
    static final CompletionListener NONE = new Completions();

    /** One call of the listener: the message, and the exception when it failed. */
    record Completed(Message message, @Nullable Exception failure, Thread thread) {}

    final BlockingQueue<Completed> calls = new LinkedBlockingQueue<>();

    @Override
    public void onCompletion(Message message) {
        calls.add(new Completed(message, null, Thread.currentThread()));
    }

    @Override
    public void onException(Message message, Exception exception) {
        calls.add(new Completed(message, exception, Thread.currentThread()));
    }

    Completed next() throws InterruptedException {
        Completed completed = calls.poll(Peer.LONG, TimeUnit.MILLISECONDS);
        if (completed == null) {
            throw new AssertionError("no completion came");
        }
        return completed;
    }

    /** Runs {@code action} in its callback and tells {@code outcome} what that threw, or {@code "done"}. */
    static CompletionListener of(Aside.Action action, CompletableFuture<Object> outcome) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                outcome.complete(Chapter06ConnectionTest.outcomeOf(action));
            }

            @Override
            public void onException(Message message, Exception exception) {
                outcome.complete(exception);
            }
        };
    }
}
