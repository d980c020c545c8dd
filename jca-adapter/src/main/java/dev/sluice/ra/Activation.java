package dev.sluice.ra;

import dev.sluice.Sluice;
import dev.sluice.base.Monitor;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message-driven bean: its connection, which its receivers share, and how many of these there are. There is always one that waits for a message,
 * as long as there may be more. Its receivers and the container meet here.
 */
final class Activation {
    private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    /** After so many failures in a row the longest wait is reached. */
    private static final int DOUBLINGS_MAX = 6;

    private final WorkManager threads;
    private final boolean hints;
    private final Branches branches;
    private final MessageEndpointFactory endpoints;
    private final Intake intake;

    private final Monitor monitor = new Monitor();
    private @Nullable Line line;
    private @Nullable Thread opening;
    private boolean stopped;
    /** Receivers that were asked for, and those of them that have a thread. */
    private int asked;

    private int running;
    /** Of those that run: they end, and do not count when another wants to. */
    private int leaving;
    /** Receivers that wait for a message, or will. */
    private int waiting;

    private @Nullable String complaint;

    /** A connection and how many use it; who is last closes it when it is no good any more. */
    static final class Line {
        private final ClassicXaConnection connection;
        private int users;
        private boolean closing;

        Line(ClassicXaConnection connection) {
            this.connection = connection;
        }
    }

    /** {@code hints}: whether the container takes hints about work. */
    Activation(WorkManager threads, boolean hints, Branches branches, MessageEndpointFactory endpoints, Intake intake) {
        this.threads = threads;
        this.hints = hints;
        this.branches = branches;
        this.endpoints = endpoints;
        this.intake = intake;
    }

    /** A place for a receiver, on a connection that it joined. */
    Seat seat(Line on) throws JMSException, ResourceException {
        return Seat.take(on.connection, intake, endpoints, branches);
    }

    /** For a recovery: which server. */
    ServerSettings server() {
        return intake.server().withClientId(null);
    }

    // ---- from the container

    void start() throws ResourceException {
        monitor.enter();
        try {
            asked++;
            waiting++;
        } finally {
            monitor.leave();
        }
        schedule();
    }

    /** Returns when no receiver runs any more. */
    void stop() {
        Line last;
        monitor.enter();
        try {
            stopped = true;
            last = line;
            line = null;
            if (last != null) {
                last.closing = true;
            }
            if (opening != null) {
                // It may be waiting for a server that does not answer.
                opening.interrupt();
            }
            monitor.changed();
        } finally {
            monitor.leave();
        }
        if (last != null) {
            // Ends the waiting of receivers; those that have a message finish with it.
            Clients.close(last.connection);
        }
        monitor.enter();
        try {
            while (running > 0) {
                monitor.awaitQuietly();
            }
        } finally {
            monitor.leave();
        }
    }

    // ---- how many receivers there are

    private void schedule() throws WorkException {
        Errand errand = new Errand(new Receiver(this));
        boolean accepted = false;
        try {
            threads.scheduleWork(hints ? new LongWork(errand) : errand, WorkManager.INDEFINITE, null, null);
            accepted = true;
        } finally {
            if (!accepted) {
                monitor.enter();
                try {
                    asked--;
                    waiting--;
                } finally {
                    monitor.leave();
                }
            }
        }
    }

    /** A receiver has a thread now; false when it is not needed any more. */
    boolean arrives() {
        monitor.enter();
        try {
            if (stopped) {
                return false;
            }
            running++;
            return true;
        } finally {
            monitor.leave();
        }
    }

    /** A receiver that arrived has ended. {@code waits}: it was waiting; {@code excused}: {@link #mayLeave} said that it may. */
    void leaves(boolean waits, boolean excused) {
        monitor.enter();
        try {
            asked--;
            running--;
            leaving -= excused ? 1 : 0;
            waiting -= waits ? 1 : 0;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /** A receiver that waited has a message: when nobody waits now, one more is asked for. */
    void taken() {
        boolean more;
        monitor.enter();
        try {
            waiting--;
            more = !stopped && waiting == 0 && asked < intake.receiversMost();
            if (more) {
                asked++;
                waiting++;
            }
        } finally {
            monitor.leave();
        }
        if (more) {
            try {
                schedule();
            } catch (WorkException refused) {
                LOG.debug("no thread for another receiver: source={} reason={}", intake, refused.getMessage());
            }
        }
    }

    /** A receiver waits again. */
    void free() {
        monitor.enter();
        try {
            waiting++;
        } finally {
            monitor.leave();
        }
    }

    /** Whether a receiver that has nothing to do, or failed, is to end: another one stays. */
    boolean mayLeave() {
        monitor.enter();
        try {
            boolean others = running - leaving > 1;
            leaving += others ? 1 : 0;
            return others;
        } finally {
            monitor.leave();
        }
    }

    boolean isStopped() {
        monitor.enter();
        try {
            return stopped;
        } finally {
            monitor.leave();
        }
    }

    // ---- the connection

    /** The connection, opened if there is none; null when the activation has stopped, or another receiver let go of it just now. */
    @Nullable Line join() throws JMSException {
        monitor.enter();
        try {
            while (line == null && opening != null && !stopped) {
                monitor.awaitQuietly();
            }
            if (stopped || line != null) {
                return stopped ? null : used(line);
            }
            opening = Thread.currentThread();
        } finally {
            monitor.leave();
        }
        ClassicXaConnection fresh = null;
        try {
            fresh = intake.open();
        } finally {
            opened(fresh);
        }
        return isStopped() ? null : joinOpen();
    }

    private @Nullable Line joinOpen() {
        monitor.enter();
        try {
            return used(line);
        } finally {
            monitor.leave();
        }
    }

    /** Inside. */
    private static @Nullable Line used(@Nullable Line now) {
        if (now != null) {
            now.users++;
        }
        return now;
    }

    private void opened(@Nullable ClassicXaConnection fresh) {
        boolean late;
        monitor.enter();
        try {
            opening = null;
            late = stopped;
            if (late) {
                // The interrupt was for the opening.
                boolean ignored = Thread.interrupted();
            } else if (fresh != null) {
                line = new Line(fresh);
            }
            monitor.changed();
        } finally {
            monitor.leave();
        }
        if (late && fresh != null) {
            Clients.close(fresh);
        }
    }

    /** A receiver is done with a connection; when that has ended for good, it is let go. */
    void part(Line from) {
        boolean last;
        monitor.enter();
        try {
            from.users--;
            if (line == from && isOver(from)) {
                line = null;
            }
            last = from.users == 0 && line != from && !from.closing;
            from.closing |= last;
        } finally {
            monitor.leave();
        }
        if (last) {
            Clients.close(from.connection);
        }
    }

    private static boolean isOver(Line of) {
        Sluice.State state = of.connection.state();
        return state == Sluice.State.FAILED || state == Sluice.State.CLOSED;
    }

    // ---- failures

    /** Waits before the next attempt, or until the activation stops; not at all when nothing failed. */
    void pause(int failuresInARow) {
        if (failuresInARow == 0) {
            return;
        }
        long millis = Math.min(FIRST_WAIT_MILLIS << Math.min(failuresInARow - 1, DOUBLINGS_MAX), LONGEST_WAIT_MILLIS);
        monitor.enter();
        try {
            long left = Monitor.nanosOf(millis);
            while (left > 0 && !stopped) {
                left = monitor.awaitQuietly(left);
            }
        } finally {
            monitor.leave();
        }
    }

    /** Says why nothing is received, once for each reason. */
    void complain(Throwable reason) {
        String text = String.valueOf(reason.getMessage());
        boolean fresh;
        monitor.enter();
        try {
            fresh = !stopped && !text.equals(complaint);
            complaint = stopped ? complaint : text;
        } finally {
            monitor.leave();
        }
        if (fresh) {
            LOG.warn("nothing is received, and tried again until it is: source={} reason={}", intake, text);
        }
    }

    /** A receiver is in its place. */
    void works() {
        boolean complained;
        monitor.enter();
        try {
            complained = complaint != null;
            complaint = null;
        } finally {
            monitor.leave();
        }
        if (complained) {
            LOG.info("messages are received again: source={}", intake);
        }
    }
}
