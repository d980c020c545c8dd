package dev.sluice.message;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A body that is too long for its envelope, as it was when its message was sent. One thread at a time reads it; released once. */
public final class OutgoingBody {
    private static final byte[] NO_BUFFER = {};

    private final EncodedBody body;
    private byte[] buffer = NO_BUFFER;

    OutgoingBody(EncodedBody body) {
        this.body = body;
        LargeBody large = body.large();
        if (large != null) {
            large.retain();
        }
    }

    /** Its length in bytes. */
    public long bytes() {
        return body.bytes();
    }

    /** Appends {@code length} bytes from {@code position} to {@code target}. */
    public void read(long position, ByteBuf target, int length) {
        if (position < 0 || length < 0 || length > bytes() - position) {
            throw new IndexOutOfBoundsException(position + " and " + length + " in a body of " + bytes() + " bytes");
        }
        LargeBody large = body.large();
        if (large == null) {
            target.writeBytes(body.array(), body.offset() + (int) position, length);
        } else {
            readFrom(large, position, target, length);
        }
    }

    private void readFrom(LargeBody large, long position, ByteBuf target, int length) {
        try {
            if (target.hasArray()) {
                target.ensureWritable(length);
                large.read(position, target.array(), target.arrayOffset() + target.writerIndex(), length);
                target.writerIndex(target.writerIndex() + length);
                return;
            }
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            large.read(position, buffer, 0, length);
            target.writeBytes(buffer, 0, length);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read a body from its temporary file", failure);
        }
    }

    /** Lets go of it; called once, when it is needed no more. */
    public void release() {
        LargeBody large = body.large();
        if (large != null) {
            large.release();
        }
    }
}
