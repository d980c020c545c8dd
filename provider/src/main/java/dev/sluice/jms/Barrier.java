package dev.sluice.jms;

import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import org.jspecify.annotations.Nullable;

/**
 * A round trip to the server that changes nothing there. Once it is done, what the server could send to a consumer before has arrived, also what it
 * had to read from its disk for that.
 */
final class Barrier implements BrowseSink, Reply {
    private final ClassicConnection connection;
    /** No destination has this number: to refuse it, at the right time, is all that the server has to do. */
    private final long question;

    private @Nullable Callback callback;
    private boolean answered;

    /** For what a consumer waits for: the question takes the way of its messages. */
    Barrier(ClassicConnection connection, long consumerId) {
        this.connection = connection;
        this.question = ShardIds.questionAbout(consumerId);
    }

    /** Asks; to be called once. */
    @Override
    public void whenDone(Callback newCallback) {
        callback = newCallback;
        connection.link().openBrowser(connection.nextConsumerId(question), question, 1, "", this);
    }

    @Override
    public void browsed(DeliverySink.Delivery delivery) {
        ConsumerCore.release(delivery);
    }

    @Override
    public void end(@Nullable LinkException refusal) {
        answered = true;
        Callback waiting = callback;
        if (waiting != null) {
            waiting.done(0, null);
        }
    }

    @Override
    public long await() {
        throw new UnsupportedOperationException("a barrier calls back");
    }

    @Override
    public boolean isDone() {
        return answered;
    }
}
