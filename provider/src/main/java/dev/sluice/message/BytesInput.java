package dev.sluice.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * Reads a body from its beginning to its end, big endian; a large one through a window in the heap. A read that fails leaves the
 * place where it is. One owner.
 */
final class BytesInput {
    /** Takes the longest string of {@link #readUtf}, and is long enough for the disk. */
    private static final int WINDOW_BYTES = 128 * 1024;

    private static final byte[] NO_WINDOW = {};

    private final EncodedBody body;
    private byte[] window;
    private int position;
    private int limit;

    /** Where in the body the window ends. */
    private long windowEnd;

    BytesInput(EncodedBody body) {
        this.body = body;
        if (body.large() == null) {
            window = body.array();
            position = body.offset();
            limit = body.offset() + body.length();
            windowEnd = body.length();
        } else {
            window = NO_WINDOW;
        }
    }

    private long remaining() {
        return limit - position + body.bytes() - windowEnd;
    }

    /** Sees to it that the next bytes are in the window. */
    private void require(int bytes) throws JMSException {
        if (limit - position >= bytes) {
            return;
        }
        if (remaining() < bytes) {
            throw Faults.bodyEnd();
        }
        if (window.length == 0) {
            window = new byte[WINDOW_BYTES];
        }
        int kept = limit - position;
        System.arraycopy(window, position, window, 0, kept);
        position = 0;
        limit = kept;
        int count = (int) Math.min(window.length - kept, body.bytes() - windowEnd);
        body.read(windowEnd, window, kept, count);
        limit = kept + count;
        windowEnd += count;
    }

    byte readByte() throws JMSException {
        require(Byte.BYTES);
        return window[position++];
    }

    short readShort() throws JMSException {
        require(Short.BYTES);
        short value = (short) (window[position] << 8 | (window[position + 1] & 0xff));
        position += Short.BYTES;
        return value;
    }

    int readInt() throws JMSException {
        require(Integer.BYTES);
        int value = intAt(position);
        position += Integer.BYTES;
        return value;
    }

    long readLong() throws JMSException {
        require(Long.BYTES);
        long value = (long) intAt(position) << 32 | (intAt(position + Integer.BYTES) & 0xffff_ffffL);
        position += Long.BYTES;
        return value;
    }

    private int intAt(int at) {
        return window[at] << 24
                | (window[at + 1] & 0xff) << 16
                | (window[at + 2] & 0xff) << 8
                | (window[at + 3] & 0xff);
    }

    /** A string in the modified UTF-8 of {@code DataInput}. */
    String readUtf() throws JMSException {
        require(Short.BYTES);
        int bytes = (window[position] & 0xff) << 8 | (window[position + 1] & 0xff);
        require(Short.BYTES + bytes);
        try {
            String value =
                    new DataInputStream(new ByteArrayInputStream(window, position, Short.BYTES + bytes)).readUTF();
            position += Short.BYTES + bytes;
            return value;
        } catch (IOException malformed) {
            throw Faults.of(
                    new MessageFormatException(
                            "the bytes at this place are not a string that writeUTF wrote: " + malformed.getMessage()),
                    malformed);
        }
    }

    /** Reads up to {@code length} bytes; -1 at the end. */
    int readBytes(byte[] target, int length) throws JMSException {
        long remaining = remaining();
        if (remaining == 0) {
            return -1;
        }
        int count = (int) Math.min(length, remaining);
        int inWindow = Math.min(count, limit - position);
        System.arraycopy(window, position, target, 0, inWindow);
        body.read(windowEnd, target, inWindow, count - inWindow);
        position += inWindow;
        windowEnd += count - inWindow;
        return count;
    }
}
