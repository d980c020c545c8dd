package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.Mailbox;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The inbox as a ring, bounded in entries and bytes. What may not be refused stands in a queue beside it when there is no room: at most
 * two entries of each connection.
 */
final class MailboxInbox implements Inbox {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Mailbox<Inbound> mailbox;
    private final Queue<Inbound> beside = new ConcurrentLinkedQueue<>();
    private final Queue<Outlet> refused = new ConcurrentLinkedQueue<>();
    private final SharedLong bytes = new SharedLong(0);
    private final long bytesMost;
    private final Runnable wake;
    private final Clock clock;
    private final SharedLong aheadMillis = new SharedLong(0);
    private final SharedRef<Boolean> serving = new SharedRef<>();

    MailboxInbox(int capacity, long bytesMost, Clock clock, Runnable wake) {
        this.clock = clock;
        this.mailbox = new Mailbox<>(capacity);
        this.bytesMost = bytesMost;
        this.wake = wake;
    }

    @Override
    public boolean hello(Outlet outlet, Greeting greeting) {
        return offer(new Inbound.Hello(outlet, greeting), 0);
    }

    @Override
    public boolean frames(Outlet outlet, ByteBuf frames) {
        return offer(new Inbound.Frames(outlet, frames), frames.readableBytes());
    }

    private boolean offer(Inbound entry, int size) {
        boolean taken = bytes.add(size) <= bytesMost && mailbox.offer(entry);
        if (!taken) {
            leave(size);
            // A connection stops reading when it is refused, so it stands here once at most.
            refused.add(entry.outlet());
        }
        wake.run();
        return taken;
    }

    private void leave(int size) {
        long unused = bytes.add(-size);
    }

    @Override
    public void closed(Outlet outlet) {
        force(new Inbound.Closed(outlet));
    }

    @Override
    public void drained(Outlet outlet) {
        force(new Inbound.Drained(outlet));
    }

    @Override
    public long serverTimeMillis() {
        return clock.nanoTime() / NANOS_PER_MILLI + aheadMillis.value();
    }

    @Override
    public boolean isServing() {
        return Boolean.TRUE.equals(serving.value());
    }

    /** Whether the shard takes clients from now on. */
    void serving(boolean now) {
        serving.set(now);
    }

    /** How far the log's clock is ahead of the monotonic one. */
    SharedLong aheadMillis() {
        return aheadMillis;
    }

    private void force(Inbound entry) {
        if (!mailbox.offer(entry)) {
            beside.add(entry);
        }
        wake.run();
    }

    /** The next entry, or null. */
    @Nullable Inbound poll() {
        Inbound entry = mailbox.poll();
        if (entry == null) {
            return beside.poll();
        }
        if (entry instanceof Inbound.Frames incoming) {
            leave(incoming.frames().readableBytes());
        }
        return entry;
    }

    boolean isEmpty() {
        return mailbox.isEmpty() && beside.isEmpty();
    }

    /** Tells those who were refused that there is room, once there is. */
    void tellRefused() {
        if (refused.isEmpty()) {
            return;
        }
        // No more than there are now: who is refused again stands at the end.
        int waiting = refused.size();
        while (waiting-- > 0 && mailbox.size() < mailbox.capacity() / 2 && bytes.value() <= bytesMost / 2) {
            Outlet outlet = refused.poll();
            if (outlet != null) {
                outlet.inboxHasRoom();
            }
        }
    }

    /** The shard has ended: what is in the inbox is dropped, as with a connection that is lost. */
    void close() {
        for (Inbound entry = poll(); entry != null; entry = poll()) {
            if (entry instanceof Inbound.Frames incoming) {
                incoming.frames().release();
            }
        }
    }
}
