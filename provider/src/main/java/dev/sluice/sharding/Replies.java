package dev.sluice.sharding;

import dev.sluice.base.SharedLong;
import dev.sluice.link.Reply;
import java.util.List;

/** Several replies as one. Stateless. */
final class Replies {
    private Replies() {}

    /** Runs {@code action} once when all are done, well or not: on the thread of the last, or at once. */
    static void whenAllDone(List<Reply> replies, Runnable action) {
        // One more, so that there is one for an empty list too.
        SharedLong open = new SharedLong(replies.size() + 1L);
        Reply.Callback done = (value, failure) -> {
            if (open.add(-1) == 0) {
                action.run();
            }
        };
        replies.forEach(reply -> reply.whenDone(done));
        done.done(0, null);
    }
}
