package dev.sluice.jms;

import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import org.jspecify.annotations.Nullable;

/**
 * Two round trips to the server that change nothing there. Once it is done, what the server could deliver before has arrived: it
 * answers the first question as it reads, then dispatches, and only then reads the second one.
 */
final class Barrier implements BrowseSink, Reply {
    private static final int ROUNDS = 2;

    private final ClassicConnection connection;
    /** No destination has this number: to refuse it is all that the server has to do. */
    private final long nowhere;

    private @Nullable Callback callback;
    private int answers;

    /** For what a consumer waits for: the question takes the way of its messages. */
    Barrier(ClassicConnection connection, long consumerId) {
        this.connection = connection;
        this.nowhere = ShardIds.nothingBeside(consumerId);
    }

    /** Asks; to be called once. */
    @Override
    public void whenDone(Callback newCallback) {
        callback = newCallback;
        ask();
    }

    private void ask() {
        connection.link().openBrowser(connection.nextConsumerId(nowhere), nowhere, 1, "", this);
    }

    @Override
    public void browsed(DeliverySink.Delivery delivery) {
        ConsumerCore.release(delivery);
    }

    @Override
    public void end(@Nullable LinkException refusal) {
        answers++;
        Callback waiting = callback;
        if (answers < ROUNDS) {
            ask();
        } else if (waiting != null) {
            waiting.done(0, null);
        }
    }

    @Override
    public long await() {
        throw new UnsupportedOperationException("a barrier calls back");
    }

    @Override
    public boolean isDone() {
        return answers == ROUNDS;
    }
}
