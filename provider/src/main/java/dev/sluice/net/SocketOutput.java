package dev.sluice.net;

import dev.sluice.base.SharedLong;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
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

    /** Closes the socket, after what was flushed. */
    void close() {
        drop();
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

    private void leaveToLoop() {
        ByteBuf next = unsent.poll();
        while (next != null) {
            long unused = atLoop.add(1);
            var unusedToo = channel.write(next).addListener(this::written);
            next = unsent.poll();
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
