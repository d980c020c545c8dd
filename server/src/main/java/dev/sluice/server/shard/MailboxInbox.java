package dev.sluice.server.shard;

import dev.sluice.base.Mailbox;
import dev.sluice.base.Signal;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The inbox as a ring. Frames leave a quarter of it free, so that what may not be refused always has room. */
final class MailboxInbox implements Inbox {
    private final Mailbox<Inbound> mailbox;
    private final Mailbox<Outlet> refused;
    private final Signal signal;
    private final int framesMost;

    MailboxInbox(int capacity, Signal signal) {
        this.mailbox = new Mailbox<>(capacity);
        // A connection stops reading when it is refused, so it stands here once at most.
        this.refused = new Mailbox<>(1 << 20);
        this.signal = signal;
        this.framesMost = mailbox.capacity() / 4 * 3;
    }

    @Override
    public boolean hello(Outlet outlet, Greeting greeting) {
        return offer(new Inbound.Hello(outlet, greeting));
    }

    @Override
    public boolean frames(Outlet outlet, ByteBuf frames) {
        return offer(new Inbound.Frames(outlet, frames));
    }

    private boolean offer(Inbound entry) {
        boolean taken = mailbox.size() < framesMost && mailbox.offer(entry);
        if (!taken && !refused.offer(entry.outlet())) {
            throw new IllegalStateException("more refused connections than the server may have");
        }
        signal.give();
        return taken;
    }

    @Override
    public void closed(Outlet outlet) {
        force(new Inbound.Closed(outlet));
    }

    @Override
    public void drained(Outlet outlet) {
        force(new Inbound.Drained(outlet));
    }

    /** At most two such entries a connection are under way, and a quarter of the ring is theirs: this passes at once but in a storm. */
    private void force(Inbound entry) {
        while (!mailbox.offer(entry)) {
            signal.give();
            Thread.onSpinWait();
        }
        signal.give();
    }

    @Nullable Inbound poll() {
        return mailbox.poll();
    }

    boolean isEmpty() {
        return mailbox.isEmpty() && refused.isEmpty();
    }

    /** Tells those who were refused that there is room, once there is. */
    void tellRefused() {
        while (!refused.isEmpty() && mailbox.size() < framesMost / 2) {
            Outlet outlet = refused.poll();
            if (outlet == null) {
                return;
            }
            outlet.inboxHasRoom();
        }
    }
}
