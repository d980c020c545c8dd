package dev.sluice.jms;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink;
import dev.sluice.link.Reply;
import org.jspecify.annotations.Nullable;

/** One round trip to the server that changes nothing there. */
final class Barrier implements ListSink {
    /** No destination has this name: it is not a valid one. */
    private static final String NOTHING = "#";

    private final Link link;
    private Reply.@Nullable Callback callback;

    Barrier(Link link) {
        this.link = link;
    }

    /** An answer that is done when the server's is here. Its callback must be set first thing, once. */
    Reply reply() {
        return new Reply() {
            @Override
            public long await() {
                throw new UnsupportedOperationException("a barrier calls back");
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void whenDone(Callback newCallback) {
                callback = newCallback;
                link.listDestinations(NOTHING, Barrier.this);
            }
        };
    }

    @Override
    public void destination(Destination destination) {
        // None has that name.
    }

    @Override
    public void end(@Nullable LinkException failure) {
        Reply.Callback waiting = callback;
        if (waiting != null) {
            waiting.done(0, failure);
        }
    }
}
