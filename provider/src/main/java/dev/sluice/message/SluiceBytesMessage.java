package dev.sluice.message;

import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, without a meaning of ours. Either being written, or being read from the first one on; above 1 MiB they are in a temporary
 * file, so that their number is not limited by the heap.
 */
public final class SluiceBytesMessage extends SluiceMessage implements BytesMessage {
    private @Nullable BytesOutput output = new BytesOutput();
    private EncodedBody body = EncodedBody.EMPTY;
    private @Nullable BytesInput input;

    /** A new message, to be written. */
    public SluiceBytesMessage() {}

    // ----- reading -----

    private BytesInput in() throws JMSException {
        if (output != null) {
            throw Faults.bodyWriteOnly();
        }
        BytesInput current = input;
        if (current == null) {
            current = new BytesInput(body);
            input = current;
        }
        return current;
    }

    @Override
    public long getBodyLength() throws JMSException {
        if (output != null) {
            throw Faults.bodyWriteOnly();
        }
        return body.bytes();
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return in().readByte() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return in().readByte();
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return in().readByte() & 0xff;
    }

    @Override
    public short readShort() throws JMSException {
        return in().readShort();
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return in().readShort() & 0xffff;
    }

    @Override
    public char readChar() throws JMSException {
        return (char) in().readShort();
    }

    @Override
    public int readInt() throws JMSException {
        return in().readInt();
    }

    @Override
    public long readLong() throws JMSException {
        return in().readLong();
    }

    @Override
    public float readFloat() throws JMSException {
        return Float.intBitsToFloat(in().readInt());
    }

    @Override
    public double readDouble() throws JMSException {
        return Double.longBitsToDouble(in().readLong());
    }

    @Override
    public String readUTF() throws JMSException {
        return in().readUtf();
    }

    @Override
    public int readBytes(byte[] value) throws JMSException {
        return readBytes(value, value.length);
    }

    @Override
    public int readBytes(byte[] value, int length) throws JMSException {
        BytesInput source = in();
        if (length < 0 || length > value.length) {
            throw new IndexOutOfBoundsException("length " + length + " for an array of " + value.length + " bytes");
        }
        return source.readBytes(value, length);
    }

    // ----- writing -----

    private BytesOutput out() throws JMSException {
        if (output == null) {
            throw Faults.bodyReadOnly();
        }
        return output;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        out().writeByte(value ? 1 : 0);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        out().writeByte(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        out().writeShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        out().writeShort(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        out().writeInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        out().writeLong(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        out().writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        out().writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        out().writeUtf(value);
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        out().writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        out().writeBytes(value, Objects.checkFromIndexSize(offset, length, value.length), length);
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        BytesOutput target = out();
        if (value instanceof byte[] bytes) {
            target.writeBytes(bytes, 0, bytes.length);
        } else if (value instanceof String text) {
            target.writeUtf(text);
        } else if (value instanceof Integer number) {
            target.writeInt(number);
        } else if (value instanceof Long number) {
            target.writeLong(number);
        } else if (value instanceof Byte number) {
            target.writeByte(number);
        } else if (value instanceof Short number) {
            target.writeShort(number);
        } else if (value instanceof Character character) {
            target.writeShort(character);
        } else if (value instanceof Boolean truth) {
            writeBoolean(truth);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else {
            String type = Objects.requireNonNull(value, "writeObject of a BytesMessage takes no null")
                    .getClass()
                    .getName();
            throw new MessageFormatException("a BytesMessage takes no object of class " + type
                    + "; it takes the wrappers of the primitive types, String and byte[]");
        }
    }

    // ----- both -----

    @Override
    public void reset() throws JMSException {
        if (output != null) {
            body = output.finish();
            output = null;
        }
        input = null;
    }

    @Override
    public void clearBody() {
        if (output == null) {
            body.release();
        } else {
            output.discard();
        }
        body = EncodedBody.EMPTY;
        output = new BytesOutput();
        input = null;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        if (!isBodyAssignableTo(type)) {
            throw notAssignable(type);
        }
        reset();
        return body.bytes() == 0 ? null : type.cast(body.copy());
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public boolean isBodyAssignableTo(Class type) {
        long bytes = output == null ? body.bytes() : output.bytes();
        return bytes == 0 || type.isAssignableFrom(byte[].class);
    }

    @Override
    void endWriting() throws JMSException {
        reset();
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.BYTES;
    }

    @Override
    EncodedBody encodedBody() throws JMSException {
        // A body that is still being written would change under its sender.
        reset();
        return body;
    }

    @Override
    void receivedBody(EncodedBody received) {
        output = null;
        body = received;
    }
}
