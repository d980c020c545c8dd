package dev.sluice.server.simulation.stage;

import java.util.ArrayDeque;

/** One direction of a connection: in order, in pieces, held back while its way is cut. */
final class Flow {
    private static final int PIECES_MAX = 3;

    private final Network network;
    private final End from;
    private final End to;
    /** What arrived at a cut. */
    private final ArrayDeque<Runnable> stopped = new ArrayDeque<>();

    /** Some are slower than others: what was sent on one that is given up arrives after the first words on the next. */
    private final long lagNanos;

    private long lastArrivalNanos;
    private boolean aborted;

    Flow(Network network, End from, End to) {
        this.network = network;
        this.from = from;
        this.to = to;
        lagNanos = network.lagNanos();
    }

    End to() {
        return to;
    }

    void send(byte[] bytes) {
        Timeline timeline = network.timeline();
        int at = 0;
        int pieces = timeline.onceIn(4) ? 1 + timeline.below(PIECES_MAX) : 1;
        for (int left = pieces; left > 0 && at < bytes.length; left--) {
            int length = left == 1 ? bytes.length - at : 1 + timeline.below(bytes.length - at);
            byte[] piece = new byte[length];
            System.arraycopy(bytes, at, piece, 0, length);
            at += length;
            plan(() -> deliver(piece));
        }
    }

    private void deliver(byte[] piece) {
        if (to.isClosed()) {
            // Nobody is there: the system of that host says so, if it can.
            if (from.isThere()) {
                network.timeline().after(network.delayNanos(), () -> {
                    if (!network.isCut(to.host(), from.host())) {
                        from.endArrived("connection reset by peer");
                    }
                });
            }
        } else {
            to.arrived(piece);
        }
    }

    void end(String why) {
        plan(() -> to.endArrived(why));
    }

    /** The sender is gone at once; {@code lossy}: what is on the way does not arrive. */
    void abort(boolean lossy) {
        if (lossy) {
            aborted = true;
            stopped.clear();
            network.timeline().after(network.delayNanos(), () -> {
                if (!network.isCut(from.host(), to.host())) {
                    to.endArrived("connection reset by peer");
                }
            });
        } else {
            end("connection reset by peer");
        }
    }

    private void plan(Runnable arrival) {
        Timeline timeline = network.timeline();
        long at = Math.max(lastArrivalNanos, timeline.nowNanos() + network.delayNanos() + lagNanos);
        lastArrivalNanos = at;
        timeline.after(at - timeline.nowNanos(), () -> arrive(arrival));
    }

    private void arrive(Runnable arrival) {
        if (aborted) {
            return;
        }
        if (!stopped.isEmpty() || network.isCut(from.host(), to.host())) {
            stopped.add(arrival);
            network.hold(this);
        } else {
            arrival.run();
        }
    }

    /** The way may be whole again. */
    void goOn() {
        if (network.isCut(from.host(), to.host())) {
            if (!stopped.isEmpty()) {
                network.hold(this);
            }
            return;
        }
        while (!stopped.isEmpty()) {
            Runnable arrival = stopped.remove();
            network.timeline().after(0, aborted ? () -> {} : arrival);
        }
    }
}
