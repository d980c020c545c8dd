package dev.sluice.link;

import dev.sluice.base.Invariant;
import dev.sluice.wire.FrameException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Commands in the order of their numbers, from submission to confirmation: answered by number, written as the server's window allows,
 * and written again from the oldest after a reconnect. Owned by the link machine.
 */
final class CommandQueue {
    private static final int INITIAL = 256;

    private final Observer observer;
    private @Nullable Command[] ring = new Command[INITIAL];
    /** Of the oldest that is not confirmed. */
    private long head = 1;
    /** Of the first that is not written on this socket. */
    private long next = 1;
    /** Of the newest that was ever written; answers to it may come before it is written again. */
    private long written;
    /** Of the newest. */
    private long last;

    private int windowCommands = 1;
    private long windowBytes = 1;
    private long bytesInFlight;

    CommandQueue(Observer observer) {
        this.observer = observer;
    }

    void window(int commands, long bytes) {
        windowCommands = commands;
        windowBytes = bytes;
    }

    /** The last number whose answer has come. */
    long confirmedThrough() {
        return head - 1;
    }

    /** The number of the first command that is not written on this socket. */
    long next() {
        return next;
    }

    boolean isEmpty() {
        return head > last;
    }

    /** How many are not confirmed. */
    long unconfirmed() {
        return last - head + 1;
    }

    /** Gives the command its number. */
    void add(Command command) {
        if (last - head + 1 == ring.length) {
            grow();
        }
        last++;
        command.number(last);
        ring[index(last)] = command;
    }

    /** Writes what the window allows. A command larger than the window goes when it is alone. */
    void pump(Output output) {
        while (next <= last && next - head < windowCommands) {
            Command command = at(next);
            if (bytesInFlight > 0 && bytesInFlight + command.bytes() > windowBytes) {
                return;
            }
            bytesInFlight += command.bytes();
            written = Math.max(written, next);
            next++;
            output.append(command.frame());
            command.markWritten();
            observer.written(command);
        }
    }

    /** The socket is lost: all that is not confirmed is written again, in order. */
    void rewind() {
        for (long number = head; number < next; number++) {
            at(number).markLost();
        }
        next = head;
        bytesInFlight = 0;
    }

    /** Keeps a result until the confirmation; numbers confirmed before are repeats. */
    void result(long number, long value) {
        if (number >= head) {
            sent(number).result(value);
        }
    }

    /** As {@link #result}, for a refusal. */
    void refused(long number, LinkException why) {
        if (number >= head) {
            sent(number).refused(why);
        }
    }

    /** All commands up to this number are answered. */
    void confirmed(long through) {
        if (through > written) {
            throw new FrameException("Confirmed: number " + through + ", but only " + written + " were sent");
        }
        while (head <= through) {
            if (head < next) {
                bytesInFlight -= at(head).bytes();
            } else {
                next = head + 1;
            }
            Command command = take();
            observer.leaves(command);
            command.finish();
        }
    }

    /** The link has ended. */
    void giveUp(LinkException why) {
        while (head <= last) {
            Command command = take();
            observer.leaves(command);
            command.giveUp(why);
        }
        next = head;
    }

    private Command sent(long number) {
        if (number > written) {
            throw new FrameException("answer to number " + number + ", but only " + written + " were sent");
        }
        return at(number);
    }

    private Command take() {
        Command command = at(head);
        ring[index(head)] = null;
        head++;
        return command;
    }

    private Command at(long number) {
        Command command = ring[index(number)];
        if (command == null) {
            throw new IllegalStateException("no command has number " + number);
        }
        return command;
    }

    private int index(long number) {
        return (int) number & (ring.length - 1);
    }

    private void grow() {
        @Nullable Command[] old = ring;
        ring = Arrays.copyOf(old, old.length * 2);
        Arrays.fill(ring, null);
        for (long number = head; number <= last; number++) {
            ring[index(number)] = old[(int) number & (old.length - 1)];
        }
        Invariant.check(ring.length > old.length, "the ring of commands did not grow");
    }

    /** Hears of commands as they are written and as they leave. */
    interface Observer {
        /** Just written; frames written now follow it. */
        void written(Command command);

        /** Answered or given up; its reply is done next. */
        void leaves(Command command);
    }
}
