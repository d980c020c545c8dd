package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import jakarta.jms.JMSException;
import java.util.Collection;

/** Waits for answers of the link in the words of the standard. */
final class Replies {
    private Replies() {}

    /** Waits for the answer, however long it takes. */
    static long await(Reply reply, String what) throws JMSException {
        try {
            return reply.await();
        } catch (LinkException failure) {
            throw JmsErrors.of(failure);
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("waiting for " + what, interrupt);
        }
    }

    /** Waits for all answers, failures included, but no longer than {@code millis}. */
    static void awaitQuietly(Collection<Reply> replies, long millis) {
        Monitor monitor = new Monitor();
        int[] open = {replies.size()};
        for (Reply reply : replies) {
            reply.whenDone((value, failure) -> countDown(monitor, open));
        }
        monitor.enter();
        try {
            long left = Monitor.nanosOf(millis);
            while (open[0] > 0 && left > 0) {
                left = monitor.awaitQuietly(left);
            }
        } finally {
            monitor.leave();
        }
    }

    private static void countDown(Monitor monitor, int[] open) {
        monitor.enter();
        try {
            open[0]--;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }
}
