package dev.sluice.server.simulation.stage;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection. Bytes arrive in order, cut anywhere. It ends by {@link #close}, after what was sent, or with the run of its host:
 * then the other end hears of it at once, or only when it sends (a loss of power), and what was on the way may be lost.
 */
public final class End {
    /** More are not taken as long as they are on their way or unread. */
    private static final int ON_THE_WAY_BYTES_MAX = 128 * 1024;

    private final Network network;
    private final Host host;
    private final long run;
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private @Nullable Flow out;
    private @Nullable Listener listener;
    private boolean reading;
    private boolean closed;
    private boolean ended;
    private int onTheWayBytes;

    /** What an end tells, within the run of its host. */
    public interface Listener {
        /** Some bytes came. */
        void received(byte[] bytes);

        /** Nothing more comes. */
        void ended(String why);

        /** What was refused for want of room may be sent now. */
        void hasRoom();
    }

    End(Network network, Host host) {
        this.network = network;
        this.host = host;
        this.run = host.run();
    }

    void connect(End other) {
        out = new Flow(network, this, other);
    }

    Host host() {
        return host;
    }

    private Flow out() {
        return Objects.requireNonNull(out);
    }

    /** Who listens; from now on it is read. */
    public void listen(Listener newListener) {
        listener = newListener;
        reading(true);
    }

    /** Whether what comes is handed on, or kept. */
    public void reading(boolean on) {
        reading = on;
        while (reading && !closed && listener != null && !unread.isEmpty()) {
            handOn(unread.remove());
        }
        tellEnd();
    }

    private void handOn(byte[] bytes) {
        End other = out().to();
        other.onTheWayBytes -= bytes.length;
        if (other.isThere()) {
            other.host.after(0, other::room);
        }
        Objects.requireNonNull(listener).received(bytes);
    }

    private void room() {
        if (!closed && listener != null && canSend()) {
            listener.hasRoom();
        }
    }

    /** Whether more may be sent now. */
    public boolean canSend() {
        return onTheWayBytes < ON_THE_WAY_BYTES_MAX;
    }

    /** Sends. */
    public void send(byte[] bytes) {
        if (!closed && bytes.length > 0) {
            onTheWayBytes += bytes.length;
            out().send(bytes);
        }
    }

    /** Ends it after what was sent. */
    public void close() {
        if (!closed) {
            closed = true;
            unread.clear();
            out().end("the other end closed the connection");
        }
    }

    /** Whether its process is there to hear. */
    boolean isThere() {
        return host.isRunning() && host.run() == run;
    }

    boolean isClosed() {
        return closed || !isThere();
    }

    // ---- what comes, told by the flow from the other end: the system takes it, also while the process is paused ----

    void arrived(byte[] bytes) {
        if (!isThere()) {
            return;
        }
        host.after(0, () -> {
            if (closed || ended) {
                return;
            }
            unread.add(bytes);
            reading(reading);
        });
    }

    private @Nullable String endWhy;

    void endArrived(String why) {
        if (!isThere()) {
            return;
        }
        host.after(0, () -> {
            if (!closed && endWhy == null) {
                endWhy = why;
                tellEnd();
            }
        });
    }

    private void tellEnd() {
        String why = endWhy;
        if (why != null && !ended && !closed && unread.isEmpty() && listener != null) {
            ended = true;
            closed = true;
            listener.ended(why);
        }
    }

    /** Something on the way breaks the connection: this end hears of it at once, the other one when it sends; what was sent arrives. */
    void broken() {
        host.after(0, () -> {
            if (!closed && !ended && listener != null) {
                ended = true;
                closed = true;
                unread.clear();
                listener.ended("connection reset by peer");
            }
        });
    }

    /** The process is killed: its system says so. */
    public void killed(boolean lossy) {
        if (!closed) {
            closed = true;
            out().abort(lossy);
        }
    }
}
