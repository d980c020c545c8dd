package dev.sluice.link;

import dev.sluice.base.Completion;
import dev.sluice.wire.RefusalCode;
import org.jspecify.annotations.Nullable;

/** A {@link Reply} that the link's owner completes once. */
public class Answer extends Completion implements Reply {
    /** Open. */
    public Answer() {}

    /** One that is done, with this value. */
    public static Answer done(long value) {
        Answer answer = new Answer();
        answer.succeed(value);
        return answer;
    }

    /** One that has failed. */
    public static Answer failed(LinkException why) {
        Answer answer = new Answer();
        answer.fail(why);
        return answer;
    }

    @Override
    public final long await() throws LinkException, InterruptedException {
        awaitSoon();
        LinkException why = refusal();
        if (why != null) {
            throw why;
        }
        return value();
    }

    @Override
    public final void whenDone(Callback callback) {
        onDone(() -> callback.done(value(), refusal()));
    }

    private @Nullable LinkException refusal() {
        Exception why = failure();
        if (why == null || why instanceof LinkException) {
            return (LinkException) why;
        }
        return new LinkException(RefusalCode.INTERNAL, String.valueOf(why.getMessage()), why);
    }
}
