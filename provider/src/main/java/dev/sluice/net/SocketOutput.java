package dev.sluice.net;

import dev.sluice.base.SharedLong;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What goes out of one socket: at once and on the thread that flushes, as long as the socket takes it. The rest goes by the event loop, and
 * everything after it too until that is out. For one thread at a time.
 */
final class SocketOutput {
    /** Most sockets take no more than so many buffers a call. */
    private static final int GATHERED_MAX = 64;

    private final Channel channel;
    private final @Nullable SocketChannel direct;
    private final ArrayDeque<ByteBuf> unsent = new ArrayDeque<>();
    /** Buffers that the event loop has yet to write. */
    private final SharedLong atLoop = new SharedLong(0);

    /** {@code direct}: the socket below the channel, where bytes may go without passing the channel. */
    SocketOutput(Channel channel, @Nullable SocketChannel direct) {
        this.channel = channel;
        this.direct = direct;
    }

    Channel channel() {
        return channel;
    }

    /** Takes over the buffer; it leaves with the next flush. */
    void write(ByteBuf bytes) {
        if (direct == null || bytes.isDirect()) {
            unsent.add(bytes);
            return;
        }
        // Java would copy it too, into a buffer that the thread keeps: each of many threads one as large as its largest
        // message.
        try {
            unsent.add(channel.alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes));
        } finally {
            bytes.release();
        }
    }

    void flush() {
        SocketChannel target = direct;
        try {
            if (target != null && atLoop.value() == 0) {
                writeTo(target);
            }
        } catch (IOException broken) {
            // The event loop finds out as well, by reading.
            drop();
            close();
        }
        if (!unsent.isEmpty()) {
            leaveToLoop();
        }
    }

    /** Closes the socket, behind what it takes of all that was flushed. One that is still to be connected is closed by whoever connects it. */
    void close() {
        drop();
        if (!channel.isRegistered()) {
            // It is not connected yet: whoever does that closes it.
            return;
        }
        try {
            channel.eventLoop().execute(this::closeOnLoop);
        } catch (RejectedExecutionException over) {
            // The loops have ended, and all their sockets with them.
        }
    }

    private void closeOnLoop() {
        var unused = channel.close();
    }

    private void writeTo(SocketChannel target) throws IOException {
        boolean room = true;
        while (room && !unsent.isEmpty()) {
            ByteBuffer[] buffers = gathered();
            long bytes = 0;
            for (ByteBuffer each : buffers) {
                bytes += each.remaining();
            }
            long written = target.write(buffers);
            room = written == bytes;
            sent(written);
        }
    }

    private ByteBuffer[] gathered() {
        ByteBuffer[] buffers = new ByteBuffer[Math.min(GATHERED_MAX, unsent.size())];
        int count = 0;
        for (ByteBuf each : unsent) {
            if (count == buffers.length) {
                break;
            }
            buffers[count++] = each.nioBuffer();
        }
        return buffers;
    }

    private void sent(long bytes) {
        long left = bytes;
        ByteBuf first = unsent.peek();
        while (first != null && left >= first.readableBytes()) {
            left -= first.readableBytes();
            unsent.remove().release();
            first = unsent.peek();
        }
        if (first != null) {
            first.skipBytes((int) left);
        }
    }

    /**
     * In tasks, one behind the other: what an application's thread leaves is not there yet when the loop itself has the next turn, and a write
     * on the loop would pass it.
     */
    private void leaveToLoop() {
        List<ByteBuf> left = List.copyOf(unsent);
        unsent.clear();
        EventLoop loop = channel.eventLoop();
        boolean none = atLoop.add(left.size()) == left.size();
        if (none && loop.inEventLoop()) {
            writeOnLoop(left);
            return;
        }
        try {
            loop.execute(() -> writeOnLoop(left));
        } catch (RejectedExecutionException over) {
            left.forEach(ByteBuf::release);
        }
    }

    private void writeOnLoop(List<ByteBuf> left) {
        for (ByteBuf each : left) {
            var unused = channel.write(each).addListener(this::written);
        }
        channel.flush();
    }

    private void written(Future<? super Void> written) {
        long unused = atLoop.add(-1);
        if (!written.isSuccess()) {
            // Nothing may follow what is missing.
            var unusedToo = channel.close();
        }
    }

    private void drop() {
        unsent.forEach(ByteBuf::release);
        unsent.clear();
    }
}
