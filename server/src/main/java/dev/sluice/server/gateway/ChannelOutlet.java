package dev.sluice.server.gateway;

import dev.sluice.base.SharedLong;
import dev.sluice.server.shard.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * The outlet of a connection: the shard thread adds frames to a queue and wakes the event loop once, whatever the number of frames until
 * it comes; the event loop writes them all and flushes once. Its bound is the credit that clients were granted, and the high-water
 * mark at which the shard holds deliveries back.
 */
final class ChannelOutlet implements Outlet {
    /** Above it the shard is told (once) when the queue is below {@link #LOW_WATER_BYTES} again. */
    static final long HIGH_WATER_BYTES = 256 * 1024;

    static final long LOW_WATER_BYTES = 64 * 1024;

    /** A client that leaves so much unread is not reading at all; its connection ends, its session does not. */
    static final long UNREAD_BYTES_MAX = 64 * 1024 * 1024;

    /** How much is written before its end is asked for: one promise for many small frames. */
    private static final int BYTES_PER_PROMISE = 64 * 1024;

    private static final long NO = 0;
    private static final long YES = 1;

    private final long id;
    private final Channel channel;
    private final Events events;
    private final Queue<ByteBuf> queue = new ConcurrentLinkedQueue<>();
    private final SharedLong queuedBytes = new SharedLong(0);
    private final SharedLong woken = new SharedLong(NO);
    private final SharedLong aboveMark = new SharedLong(NO);
    private final SharedLong closeAsked = new SharedLong(NO);

    // Owned by the event loop.
    private int unpromisedBytes;
    private boolean hasWritten;

    /** What the connection hears from its outlet, on the event loop. */
    interface Events {
        /** The shard said its first word: what the gateway has to say goes out with it. */
        void mayTalk();

        /** The inbox has room again. */
        void inboxHasRoom();

        /** The queue went above the high-water mark and is below the low one now. */
        void drained();

        /** Everything was handed to the socket and the shard wants it closed. */
        void finished();

        /** More than {@link #UNREAD_BYTES_MAX} are waiting for the client. */
        void unread(long bytes);
    }

    ChannelOutlet(long id, Channel channel, Events events) {
        this.id = id;
        this.channel = channel;
        this.events = events;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public ByteBuf allocate(int initialBytes) {
        return channel.alloc().directBuffer(initialBytes);
    }

    @Override
    public void write(ByteBuf frames) {
        if (!frames.isReadable()) {
            frames.release();
            return;
        }
        // The mark before the queue: whoever writes these frames sees that it was passed.
        if (queuedBytes.add(frames.readableBytes()) > HIGH_WATER_BYTES) {
            aboveMark.set(YES);
        }
        queue.add(frames);
        wake();
    }

    @Override
    public long queuedBytes() {
        return queuedBytes.value();
    }

    @Override
    public void inboxHasRoom() {
        onEventLoop(events::inboxHasRoom);
    }

    @Override
    public void close() {
        closeAsked.set(YES);
        wake();
    }

    /** Event loop: whether the shard has said anything yet. */
    boolean hasWritten() {
        return hasWritten;
    }

    private void wake() {
        if (woken.replace(NO, YES)) {
            onEventLoop(this::writeAll);
        }
    }

    private void onEventLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // The gateway has stopped, and with it every connection.
            releaseAll();
        }
    }

    private void releaseAll() {
        ByteBuf frames = queue.poll();
        while (frames != null) {
            frames.release();
            frames = queue.poll();
        }
    }

    private void writeAll() {
        // By compare-and-set for its fence: what is queued after the poll below must see it and wake again.
        boolean wasWoken = woken.replace(YES, NO);
        // Before the queue: what the shard wrote before it asked is then in the queue.
        boolean finish = wasWoken && closeAsked.value() == YES;
        if (queuedBytes.value() > UNREAD_BYTES_MAX) {
            events.unread(queuedBytes.value());
        }
        boolean begins = !hasWritten;
        ByteBuf frames = queue.poll();
        while (frames != null) {
            hasWritten = true;
            ByteBuf following = queue.poll();
            unpromisedBytes += frames.readableBytes();
            if (following == null || unpromisedBytes >= BYTES_PER_PROMISE) {
                Transport.unwatched(channel.write(frames, promise(unpromisedBytes)));
                unpromisedBytes = 0;
            } else {
                Transport.unwatched(channel.write(frames, channel.voidPromise()));
            }
            frames = following;
        }
        if (begins && hasWritten) {
            events.mayTalk();
        }
        channel.flush();
        if (finish) {
            events.finished();
        }
    }

    private ChannelPromise promise(int bytes) {
        ChannelPromise promise = channel.newPromise();
        promise.addListener(ended -> taken(bytes));
        return promise;
    }

    private void taken(int bytes) {
        if (queuedBytes.add(-bytes) <= LOW_WATER_BYTES && aboveMark.replace(YES, NO)) {
            events.drained();
        }
    }
}
