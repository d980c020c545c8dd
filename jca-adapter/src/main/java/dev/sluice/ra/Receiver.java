package dev.sluice.ra;

import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;

/** Receives for an activation, one message after the other, on a thread of the container, until it is not needed any more. */
final class Receiver {
    /** After so long without a message a receiver ends, but for the last. */
    private static final long IDLE_MILLIS = 10_000;

    private final Activation activation;
    private boolean waits = true;
    private boolean excused;
    private int failures;

    Receiver(Activation activation) {
        this.activation = activation;
    }

    void run() {
        if (!activation.arrives()) {
            return;
        }
        try {
            while (!activation.isStopped() && receive()) {
                activation.pause(failures);
            }
        } finally {
            Visiting.leave();
            activation.leaves(waits, excused);
        }
    }

    /** Receives until something fails; false when it is to end. */
    private boolean receive() {
        try {
            Activation.Line line = activation.join();
            if (line == null) {
                return true;
            }
            try {
                return receive(line);
            } finally {
                activation.part(line);
            }
        } catch (JMSException | ResourceException | RuntimeException | Error failed) {
            failures++;
            activation.complain(failed);
            excused = activation.mayLeave();
            return !excused;
        }
    }

    private boolean receive(Activation.Line line) throws JMSException, ResourceException {
        try (Seat seat = activation.seat(line)) {
            activation.works();
            while (true) {
                boolean came = deliver(seat);
                failures = 0;
                if (!came && !activation.isStopped()) {
                    excused = activation.mayLeave();
                }
                if (excused || activation.isStopped()) {
                    return false;
                }
            }
        }
    }

    private boolean deliver(Seat seat) throws JMSException, ResourceException {
        try {
            return seat.deliver(
                    () -> {
                        waits = false;
                        activation.taken();
                    },
                    IDLE_MILLIS);
        } finally {
            if (!waits) {
                waits = true;
                activation.free();
            }
        }
    }
}
