package dev.sluice.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A long or a failure that comes once, for any thread to wait for or be called with. No locks: waiting threads and callbacks hang on a
 * stack that the completing thread takes down.
 */
public class Completion {
    private static final Spin SPIN = new Spin();
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(Completion.class, "head", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The end of the stack once the outcome is there; nothing is pushed after it. */
    private static final Node DONE = new Node(null, null);

    /** Null while open and no one waits. */
    private volatile @Nullable Node head;

    // Plain: written before the release of DONE, read after its acquire.
    private long value;
    private @Nullable Exception failure;

    /** Open. */
    public Completion() {}

    /** Done, successfully. Only the one who completes calls this, once: it is a bug to complete twice. */
    public final void succeed(long outcome) {
        complete(outcome, null);
    }

    /** Done, with a failure. As {@link #succeed}, once. */
    public final void fail(Exception why) {
        complete(0, why);
    }

    /** Whether the outcome is there. */
    public final boolean isDone() {
        return head == DONE;
    }

    /** The value; 0 for a failure. Only once done. */
    public final long value() {
        Invariant.check(isDone(), "the outcome is not there yet");
        return value;
    }

    /** The failure, null for success. Only once done. */
    public final @Nullable Exception failure() {
        Invariant.check(isDone(), "the outcome is not there yet");
        return failure;
    }

    /** Waits until it is done. */
    public final void awaitDone() throws InterruptedException {
        if (isDone()) {
            return;
        }
        Node node = new Node(Thread.currentThread(), null);
        if (!push(node)) {
            return;
        }
        while (!isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.park(this);
        }
    }

    /** As {@link #awaitDone}, for an outcome that may come within microseconds: who waits alone looks for it before it parks. */
    protected final void awaitSoon() throws InterruptedException {
        if (isDone()) {
            return;
        }
        SPIN.begin();
        try {
            if (!SPIN.until(this::isDone)) {
                awaitDone();
            }
        } finally {
            SPIN.end();
        }
    }

    /** Runs once it is done: on the completing thread, or here and now. Several run in the order they came. */
    protected final void onDone(Runnable callback) {
        if (isDone() || !push(new Node(null, callback))) {
            callback.run();
        }
    }

    private boolean push(Node node) {
        while (true) {
            Node first = head;
            if (first == DONE) {
                return false;
            }
            node.next = first;
            if (HEAD.compareAndSet(this, first, node)) {
                return true;
            }
        }
    }

    private void complete(long outcome, @Nullable Exception why) {
        Invariant.check(!isDone(), "completed twice");
        value = outcome;
        failure = why;
        Node waiting = reversed((Node) HEAD.getAndSet(this, DONE));
        while (waiting != null) {
            if (waiting.thread != null) {
                LockSupport.unpark(waiting.thread);
            }
            if (waiting.callback != null) {
                waiting.callback.run();
            }
            waiting = waiting.next;
        }
    }

    private static @Nullable Node reversed(@Nullable Node stack) {
        Node result = null;
        Node node = stack;
        while (node != null) {
            Node next = node.next;
            node.next = result;
            result = node;
            node = next;
        }
        return result;
    }

    private static final class Node {
        final @Nullable Thread thread;
        final @Nullable Runnable callback;

        @Nullable Node next;

        Node(@Nullable Thread thread, @Nullable Runnable callback) {
            this.thread = thread;
            this.callback = callback;
        }
    }
}
