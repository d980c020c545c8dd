package dev.sluice.server.shard;

import dev.sluice.server.core.Browser;
import dev.sluice.server.core.Lane;
import dev.sluice.server.core.Session;
import dev.sluice.wire.ServerFrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection of a client, as its shard knows it: what was said and is not flushed, which command was last. Owner: the shard thread. */
final class ClientConnection {
    private static final int OUT_BYTES_INITIAL = 4 * 1024;
    private static final int OUT_BYTES_FULL = 64 * 1024;
    private static final long CONGESTED_BYTES = 256 * 1024;

    private final Outlet outlet;
    private final Inbox.Greeting greeting;
    private final Map<Long, Browser> browsers = new HashMap<>();
    private final Gathering.Seat seat = new Gathering.Seat();
    private @Nullable Session session;
    private @Nullable ByteBuf out;
    private long proposedNumber;
    private long heardThrough;
    private long named;
    private long namedBy;
    private long takenBytes;
    private @Nullable Lane lastLane;
    private boolean confirmDue;
    private boolean creditDue;
    private boolean flushDue;
    private boolean closed;
    private boolean sessionEnds;

    ClientConnection(Outlet outlet, Inbox.Greeting greeting) {
        this.outlet = outlet;
        this.greeting = greeting;
    }

    Outlet outlet() {
        return outlet;
    }

    Inbox.Greeting greeting() {
        return greeting;
    }

    Map<Long, Browser> browsers() {
        return browsers;
    }

    /** In which batch it spoke last. */
    Gathering.Seat seat() {
        return seat;
    }

    /** The session, null until Welcome. */
    @Nullable Session session() {
        return session;
    }

    /** The session begins or goes on. */
    void welcome(Session welcomed) {
        session = welcomed;
        proposedNumber = welcomed.lastNumber();
        heardThrough = 0;
    }

    /** The number of the last command that was proposed, or is applied: what came on an earlier socket may be, since the Welcome. */
    long proposedNumber() {
        Session current = session;
        return current == null ? proposedNumber : Math.max(proposedNumber, current.lastNumber());
    }

    void proposed(long number) {
        proposedNumber = number;
    }

    /** A numbered command came on this socket, for the first time or again: no Confirmed covers more, since the answers go before it. */
    void heard(long number) {
        heardThrough = Math.max(heardThrough, number);
    }

    /** The command of this number names an address that there is. */
    void names(long number, long addressId) {
        namedBy = number;
        named = addressId;
    }

    /** What the command of this number has named; 0 when it has not, or not so that this connection knows. */
    long namedBy(long number) {
        return number == namedBy ? named : 0;
    }

    /** It sent a non-persistent message to this lane. */
    void sentTo(@Nullable Lane lane) {
        lastLane = lane;
    }

    /** Whether it should wait for those who receive what it sent last. */
    boolean isTooFarAhead(long nowMillis) {
        Lane last = lastLane;
        return last != null && last.isBehind(nowMillis);
    }

    void confirmDue() {
        confirmDue = true;
    }

    void taken(int bytes) {
        takenBytes += bytes;
        creditDue = true;
    }

    /** The client ended its session: what it says after that means nothing. */
    void sessionEnds() {
        sessionEnds = true;
    }

    boolean hasSessionEnded() {
        return sessionEnds;
    }

    boolean isClosed() {
        return closed;
    }

    void closed() {
        closed = true;
        creditDue = false;
        ByteBuf unsent = out;
        out = null;
        if (unsent != null) {
            unsent.release();
        }
    }

    boolean isCongested() {
        return outlet.queuedBytes() > CONGESTED_BYTES;
    }

    /** Marks it for the flush of this turn; true for the first time. */
    boolean queueFlush() {
        boolean first = !flushDue;
        flushDue = true;
        return first;
    }

    /** Points the writer at what is to be said next. */
    ServerFrameWriter say(ServerFrameWriter writer) {
        ByteBuf current = out;
        if (current != null && current.readableBytes() >= OUT_BYTES_FULL) {
            out = null;
            outlet.write(current);
            current = null;
        }
        if (current == null) {
            current = outlet.allocate(OUT_BYTES_INITIAL);
            out = current;
        }
        writer.into(current);
        return writer;
    }

    /** Says what is confirmed: before a delivery, so that a client does not take for confirmed what came back to it meanwhile. */
    void confirm(ServerFrameWriter writer) {
        Session current = session;
        if (confirmDue && current != null && !closed) {
            confirmDue = false;
            long through = Math.min(heardThrough, current.lastNumber());
            if (through > 0) {
                say(writer).confirmedFrame(through);
            }
        }
    }

    /** Says what is confirmed, and hands over all that was said. {@code mayTake}: whether more non-persistent messages are welcome. */
    void flush(ServerFrameWriter writer, boolean mayTake) {
        flushDue = false;
        if (closed) {
            return;
        }
        confirm(writer);
        if (creditDue && mayTake) {
            creditDue = false;
            say(writer).sendCreditFrame(takenBytes);
        }
        ByteBuf full = out;
        out = null;
        if (full != null) {
            outlet.write(full);
        }
    }

    boolean isCreditDue() {
        return creditDue;
    }
}
