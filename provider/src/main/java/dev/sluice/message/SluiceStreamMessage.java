package dev.sluice.message;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.TypedValueReader;
import dev.sluice.wire.TypedValueWriter;
import dev.sluice.wire.ValueType;
import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.StreamMessage;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Values one after another, kept in their wire form. Either being written, or being read from the first one on. */
public final class SluiceStreamMessage extends SluiceMessage implements StreamMessage {
    private static final int SMALLEST_BUFFER_BYTES = 128;

    private @Nullable MutableDirectBuffer buffer;
    private @Nullable TypedValueWriter writer;
    private int written;

    private EncodedBody body = EncodedBody.EMPTY;
    private boolean readOnly;
    private @Nullable TypedValueReader reader;
    private int unread;

    /** Where the value that is being read starts; a failed read goes back there. */
    private int valueStart;

    /** Bytes of the current byte[] that were read piece by piece; -1 when none is under way. */
    private int bytesRead = -1;

    /** A new message, to be written. */
    public SluiceStreamMessage() {}

    // ----- reading -----

    private TypedValueReader open() throws JMSException {
        if (!readOnly) {
            throw Faults.bodyWriteOnly();
        }
        TypedValueReader current = reader;
        if (current == null) {
            body = body.inHeap();
            current = new TypedValueReader().wrap(new UnsafeBuffer(body.array()), body.offset(), body.length());
            try {
                unread = body.length() == 0 ? 0 : current.streamCount();
            } catch (MalformedException fault) {
                throw Faults.malformed("stream", fault);
            }
            reader = current;
        }
        return current;
    }

    /** Moves over the next value; {@link #goBack} undoes it. */
    private TypedValueReader next() throws JMSException {
        TypedValueReader current = open();
        if (bytesRead >= 0) {
            throw new MessageFormatException("the byte[] at this place is being read by readBytes; go on until it"
                    + " returns less than the length of the array");
        }
        if (unread == 0) {
            throw Faults.bodyEnd();
        }
        valueStart = current.position();
        try {
            byte unused = current.nextValue();
        } catch (MalformedException fault) {
            throw Faults.malformed("stream", fault);
        }
        unread--;
        return current;
    }

    private void goBack(TypedValueReader current) {
        current.position(valueStart);
        unread++;
    }

    private <T> T read(Conversion<T> conversion) throws JMSException {
        TypedValueReader current = next();
        boolean done = false;
        try {
            T value = conversion.of(current.value());
            done = true;
            return value;
        } finally {
            if (!done) {
                goBack(current);
            }
        }
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return read(Conversions::toBoolean);
    }

    @Override
    public byte readByte() throws JMSException {
        return read(Conversions::toByte);
    }

    @Override
    public short readShort() throws JMSException {
        return read(Conversions::toShort);
    }

    @Override
    public char readChar() throws JMSException {
        return read(Conversions::toChar);
    }

    @Override
    public int readInt() throws JMSException {
        return read(Conversions::toInt);
    }

    @Override
    public long readLong() throws JMSException {
        return read(Conversions::toLong);
    }

    @Override
    public float readFloat() throws JMSException {
        return read(Conversions::toFloat);
    }

    @Override
    public double readDouble() throws JMSException {
        return read(Conversions::toDouble);
    }

    @Override
    public @Nullable String readString() throws JMSException {
        return readText();
    }

    private @Nullable String readText() throws JMSException {
        TypedValueReader current = next();
        if (current.type() == ValueType.BYTES) {
            goBack(current);
        }
        return Conversions.toText(current.value());
    }

    @Override
    public @Nullable Object readObject() throws JMSException {
        return next().value();
    }

    @Override
    public int readBytes(byte[] value) throws JMSException {
        int capacity = value.length;
        TypedValueReader current = bytesRead >= 0 ? open() : next();
        if (bytesRead < 0) {
            if (current.type() == ValueType.NULL) {
                return -1;
            }
            if (current.type() != ValueType.BYTES) {
                goBack(current);
                throw new MessageFormatException("the value at this place is not a byte[]; readObject reads any");
            }
            bytesRead = 0;
        } else if (bytesRead == current.valueLength()) {
            bytesRead = -1;
            return -1;
        }
        int count = Math.min(capacity, current.valueLength() - bytesRead);
        current.copyBytes(bytesRead, value, count);
        bytesRead = count < capacity ? -1 : bytesRead + count;
        return count;
    }

    // ----- writing -----

    private TypedValueWriter append() throws JMSException {
        if (readOnly) {
            throw Faults.bodyReadOnly();
        }
        TypedValueWriter current = writer;
        if (current == null) {
            MutableDirectBuffer fresh = new ExpandableArrayBuffer(SMALLEST_BUFFER_BYTES);
            current = new TypedValueWriter(fresh, Integer.BYTES);
            buffer = fresh;
            writer = current;
        }
        written++;
        return current;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        append().writeBoolean(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        append().writeByte(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        append().writeShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        append().writeChar(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        append().writeInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        append().writeLong(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        append().writeFloat(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        append().writeDouble(value);
    }

    @Override
    public void writeString(@Nullable String value) throws JMSException {
        append().writeObject(value);
    }

    @Override
    public void writeBytes(byte @Nullable [] value) throws JMSException {
        append().writeObject(value);
    }

    @Override
    public void writeBytes(byte @Nullable [] value, int offset, int length) throws JMSException {
        if (value == null) {
            append().writeNull();
            return;
        }
        int checked = Objects.checkFromIndexSize(offset, length, value.length);
        append().writeBytes(value, checked, length);
    }

    @Override
    public void writeObject(@Nullable Object value) throws JMSException {
        Conversions.checkField(value);
        append().writeObject(value);
    }

    // ----- both -----

    @Override
    public void reset() throws JMSException {
        if (!readOnly) {
            body = written();
            buffer = null;
            writer = null;
            written = 0;
            readOnly = true;
        }
        reader = null;
        bytesRead = -1;
    }

    private EncodedBody written() {
        if (buffer == null || writer == null) {
            return EncodedBody.of(new byte[Integer.BYTES]);
        }
        int end = writer.position();
        writer.position(0);
        writer.writeStreamCount(written);
        writer.position(end);
        return new EncodedBody(buffer.byteArray(), 0, end, null);
    }

    @Override
    public void clearBody() {
        body.release();
        body = EncodedBody.EMPTY;
        buffer = null;
        writer = null;
        written = 0;
        reader = null;
        bytesRead = -1;
        readOnly = false;
    }

    @Override
    public <T> T getBody(Class<T> type) throws JMSException {
        throw new MessageFormatException("the body of a StreamMessage is read value by value, not by getBody");
    }

    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") Class type) {
        return false;
    }

    @Override
    void endWriting() throws JMSException {
        reset();
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.STREAM;
    }

    @Override
    EncodedBody encodedBody() {
        return readOnly ? body : written();
    }

    @Override
    void receivedBody(EncodedBody received) {
        body = received;
        readOnly = true;
    }

    /** Reads a value as a type. */
    @FunctionalInterface
    private interface Conversion<T> {
        T of(@Nullable Object value) throws JMSException;
    }
}
