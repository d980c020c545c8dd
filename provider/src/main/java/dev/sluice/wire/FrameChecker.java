package dev.sluice.wire;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.wire.codec.GroupSizeEncodingDecoder;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks that frames are what the other side may send, before anything else looks at them: after a check every decoder stays inside its
 * frame, enums have constants and counts are in range. Allocates nothing while all is well; owned by one thread.
 */
public final class FrameChecker {
    private static final int GROUP_HEADER_BYTES = GroupSizeEncodingDecoder.ENCODED_LENGTH;
    private static final int DATA_HEADER_BYTES = 4;
    private static final int PERSISTENT = 1;

    private final @Nullable FrameShape[] shapes;
    private final String sender;
    private final UnsafeBuffer view = new UnsafeBuffer();

    private FrameChecker(@Nullable FrameShape[] shapes, String sender) {
        this.shapes = shapes;
        this.sender = sender;
    }

    /** For what clients send. */
    public static FrameChecker ofClientFrames() {
        return new FrameChecker(FrameShape.FROM_CLIENT, "client");
    }

    /** For what servers send. */
    public static FrameChecker ofServerFrames() {
        return new FrameChecker(FrameShape.FROM_SERVER, "server");
    }

    /**
     * Checks whole frames, each behind its length: the readable bytes, all of them (see {@link Frames#completeBytes}).
     *
     * @return how many there are
     * @throws FrameException at the first one that is wrong
     */
    @CanIgnoreReturnValue
    public int checkAll(ByteBuf frames) {
        return checkAll(frames, frames.readerIndex(), frames.readableBytes());
    }

    /** As {@link #checkAll(ByteBuf)}, for a part of the buffer. */
    @CanIgnoreReturnValue
    public int checkAll(ByteBuf frames, int index, int length) {
        Frames.view(view, frames, index, length);
        int count = 0;
        int position = 0;
        while (position < length) {
            if (length - position < Wire.LENGTH_BYTES) {
                throw new FrameException("a frame's length is cut off after " + (length - position) + " bytes");
            }
            int frameBytes = view.getInt(position, Wire.BYTE_ORDER);
            position += Wire.LENGTH_BYTES;
            if (frameBytes < 0 || frameBytes > length - position) {
                throw new FrameException("a frame of " + Integer.toUnsignedString(frameBytes)
                        + " bytes is cut off after " + (length - position));
            }
            check(view, position, frameBytes);
            position += frameBytes;
            count++;
        }
        return count;
    }

    /**
     * Checks one message: {@code length} bytes from its SBE header on.
     *
     * @return its template
     * @throws FrameException when it is wrong
     */
    @CanIgnoreReturnValue
    public int check(DirectBuffer buffer, int offset, int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            throw new FrameException(
                    "frame of " + length + " bytes: a header has " + MessageHeaderDecoder.ENCODED_LENGTH);
        }
        int blockBytes = uint16(buffer, offset);
        int template = uint16(buffer, offset + 2);
        int version = uint16(buffer, offset + 6);
        FrameShape shape = shape(template, uint16(buffer, offset + 4), version);
        int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        int end = offset + length;
        if (blockBytes < shape.blockBytes() || blockBytes > end - block) {
            throw new FrameException(shape.name() + ": block length " + blockBytes + ", must be at least "
                    + shape.blockBytes() + " and within the frame (" + (end - block) + " bytes left)");
        }
        checkFields(shape.name(), shape.fields(), buffer, block);
        if (template == PublishDecoder.TEMPLATE_ID) {
            checkPublish(buffer, block);
        }
        int position = block + blockBytes;
        FrameShape.Group group = shape.group();
        if (group != null) {
            position = checkGroup(shape, group, buffer, position, end);
        }
        for (int index = 0; index < shape.data().size(); index++) {
            position = checkData(shape, shape.data().get(index), buffer, position, end);
        }
        if (position != end && version <= MessageHeaderDecoder.SCHEMA_VERSION) {
            throw new FrameException(shape.name() + ": " + (end - position) + " bytes too many at the end");
        }
        return template;
    }

    private FrameShape shape(int template, int schemaId, int version) {
        if (schemaId != MessageHeaderDecoder.SCHEMA_ID) {
            throw new FrameException("schema id " + schemaId + ": must be " + MessageHeaderDecoder.SCHEMA_ID);
        }
        if (version == 0) {
            throw new FrameException("schema version 0: must be at least 1");
        }
        FrameShape shape = template < shapes.length ? shapes[template] : null;
        if (shape == null) {
            throw new FrameException("template " + template + ": not a frame that a " + sender + " sends");
        }
        if (version == 1 && template == OpenConsumerDecoder.TEMPLATE_ID) {
            return FrameShape.OPEN_CONSUMER_1;
        }
        return version < 3 && template == HelloDecoder.TEMPLATE_ID ? FrameShape.HELLO_2 : shape;
    }

    private static void checkFields(String where, List<FrameShape.Field> fields, DirectBuffer buffer, int block) {
        // By index: an iterator would be garbage.
        for (int index = 0; index < fields.size(); index++) {
            FrameShape.Field field = fields.get(index);
            long value = value(field, buffer, block);
            if (value < field.min() || value > field.max()) {
                throw new FrameException(where + ": " + field.name() + " is " + value + ", must be " + field.min()
                        + " to " + field.max());
            }
        }
    }

    private static long value(FrameShape.Field field, DirectBuffer buffer, int block) {
        int index = block + field.offset();
        return switch (field.bytes()) {
            case 1 -> buffer.getByte(index) & 0xFF;
            case 2 -> uint16(buffer, index);
            case 4 -> buffer.getInt(index, Wire.BYTE_ORDER) & 0xFFFF_FFFFL;
            default -> buffer.getLong(index, Wire.BYTE_ORDER);
        };
    }

    private static void checkPublish(DirectBuffer buffer, int block) {
        long number = buffer.getLong(block + PublishDecoder.numberEncodingOffset(), Wire.BYTE_ORDER);
        boolean persistent = (buffer.getByte(block + PublishDecoder.flagsEncodingOffset()) & PERSISTENT) != 0;
        if (persistent != (number > 0)) {
            throw new FrameException("Publish: number " + number + " on a message that is "
                    + (persistent ? "persistent" : "not persistent"));
        }
    }

    private static int checkGroup(FrameShape shape, FrameShape.Group group, DirectBuffer buffer, int start, int end) {
        if (end - start < GROUP_HEADER_BYTES) {
            throw new FrameException(shape.name() + ": the frame ends before its group " + group.name());
        }
        int entryBytes = uint16(buffer, start);
        int count = uint16(buffer, start + 2);
        int position = start + GROUP_HEADER_BYTES;
        if (count > Wire.RANGES_MAX) {
            throw new FrameException(
                    shape.name() + ": " + count + " ranges in " + group.name() + ", at most " + Wire.RANGES_MAX);
        }
        if (count > 0 && entryBytes < group.entryBytes()) {
            throw new FrameException(shape.name() + ": entries of " + entryBytes + " bytes in " + group.name()
                    + ", must be at least " + group.entryBytes());
        }
        if ((long) entryBytes * count > end - position) {
            throw new FrameException(shape.name() + ": " + count + " entries of " + entryBytes + " bytes in "
                    + group.name() + ", but " + (end - position) + " bytes are left in the frame");
        }
        for (int index = 0; index < count; index++) {
            checkFields(group.name(), group.fields(), buffer, position);
            position += entryBytes;
        }
        return position;
    }

    private static int checkData(FrameShape shape, FrameShape.Data data, DirectBuffer buffer, int start, int end) {
        if (end - start < DATA_HEADER_BYTES) {
            throw new FrameException(shape.name() + ": the frame ends before its " + data.name());
        }
        long bytes = buffer.getInt(start, Wire.BYTE_ORDER) & 0xFFFF_FFFFL;
        int position = start + DATA_HEADER_BYTES;
        if (bytes > data.bytesMax()) {
            throw new FrameException(
                    shape.name() + ": " + data.name() + " has " + bytes + " bytes, at most " + data.bytesMax());
        }
        if (bytes > end - position) {
            throw new FrameException(shape.name() + ": " + data.name() + " has " + bytes + " bytes, but "
                    + (end - position) + " are left in the frame");
        }
        return position + (int) bytes;
    }

    private static int uint16(DirectBuffer buffer, int index) {
        return buffer.getShort(index, Wire.BYTE_ORDER) & 0xFFFF;
    }
}
