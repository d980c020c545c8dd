package dev.sluice.message;

import dev.sluice.base.TemporaryFile;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects a body, big endian: in the heap up to {@link #HEAP_BYTES_MAX}, then in a temporary file. One owner; finished once. */
final class BytesOutput {
    /** The most that a body being written takes of the heap. */
    static final int HEAP_BYTES_MAX = 1024 * 1024;

    private static final int SMALLEST_BYTES = 128;

    private byte[] buffer = new byte[SMALLEST_BYTES];
    private int size;
    private @Nullable TemporaryFile file;
    private @Nullable LargeBody large;

    /** Bytes written so far. */
    long bytes() {
        return size + (file == null ? 0 : file.bytes());
    }

    private void require(int bytes) throws JMSException {
        if (buffer.length - size >= bytes) {
            return;
        }
        if (bytes <= HEAP_BYTES_MAX - size && file == null) {
            int doubled = Math.min(HEAP_BYTES_MAX, buffer.length * 2);
            buffer = Arrays.copyOf(buffer, Math.max(doubled, size + bytes));
        } else {
            flush();
        }
    }

    private void flush() throws JMSException {
        TemporaryFile target = file;
        try {
            if (target == null) {
                target = TemporaryFile.create();
                file = target;
                large = new LargeBody(new LargeBody.InFile(target));
            }
            target.append(buffer, 0, size);
            size = 0;
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    private static JMSException unwritable(IOException failure) {
        return Faults.of(
                new JMSException("cannot write a body of more than " + HEAP_BYTES_MAX
                        + " bytes to a temporary file (java.io.tmpdir is " + System.getProperty("java.io.tmpdir")
                        + "): "
                        + failure),
                failure);
    }

    void writeByte(int value) throws JMSException {
        require(Byte.BYTES);
        buffer[size++] = (byte) value;
    }

    void writeShort(int value) throws JMSException {
        require(Short.BYTES);
        buffer[size++] = (byte) (value >> 8);
        buffer[size++] = (byte) value;
    }

    void writeInt(int value) throws JMSException {
        require(Integer.BYTES);
        putInt(value);
    }

    void writeLong(long value) throws JMSException {
        require(Long.BYTES);
        putInt((int) (value >> 32));
        putInt((int) value);
    }

    private void putInt(int value) {
        buffer[size++] = (byte) (value >> 24);
        buffer[size++] = (byte) (value >> 16);
        buffer[size++] = (byte) (value >> 8);
        buffer[size++] = (byte) value;
    }

    void writeBytes(byte[] source, int offset, int length) throws JMSException {
        require(Math.min(length, HEAP_BYTES_MAX));
        if (length <= buffer.length - size) {
            System.arraycopy(source, offset, buffer, size, length);
            size += length;
            return;
        }
        flush();
        try {
            if (file != null) {
                file.append(source, offset, length);
            }
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /** A string in the modified UTF-8 of {@code DataOutput}. */
    void writeUtf(String value) throws JMSException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length() + Short.BYTES);
        try {
            new DataOutputStream(bytes).writeUTF(value);
        } catch (IOException tooLong) {
            throw Faults.of(
                    new MessageFormatException("writeUTF takes at most 65535 bytes; this string of " + value.length()
                            + " characters is longer. Write its bytes instead"),
                    tooLong);
        }
        writeBytes(bytes.toByteArray(), 0, bytes.size());
    }

    /** The body; nothing may be written afterwards. */
    EncodedBody finish() throws JMSException {
        if (file == null) {
            return new EncodedBody(buffer, 0, size, null);
        }
        flush();
        LargeBody complete = large;
        return complete == null ? EncodedBody.EMPTY : EncodedBody.of(complete);
    }

    /** Gives up what was written. */
    void discard() {
        if (large != null) {
            large.release();
        }
    }
}
