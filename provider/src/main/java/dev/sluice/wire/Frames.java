package dev.sluice.wire;

import dev.sluice.wire.codec.MessageHeaderDecoder;
import io.netty.buffer.ByteBuf;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds frames in buffers, and lets SBE look into Netty's. Stateless. */
public final class Frames {
    private Frames() {}

    /**
     * How many of the readable bytes are whole frames, with their lengths; 0 when there is none yet. Looks only at the lengths.
     *
     * @throws FrameException when a length is below an SBE header or above {@code frameBytesMax}, even if the frame is not complete
     */
    public static int completeBytes(ByteBuf in, int frameBytesMax) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int position = start;
        while (end - position >= Wire.LENGTH_BYTES) {
            long frameBytes = in.getUnsignedIntLE(position);
            checkLength(frameBytes, frameBytesMax);
            if (end - position - Wire.LENGTH_BYTES < frameBytes) {
                break;
            }
            position += Wire.LENGTH_BYTES + (int) frameBytes;
        }
        return position - start;
    }

    /**
     * The bytes of the first frame with its length, or 0 as long as it is not complete.
     *
     * @throws FrameException as {@link #completeBytes}
     */
    public static int firstFrameBytes(ByteBuf in, int frameBytesMax) {
        if (in.readableBytes() < Wire.LENGTH_BYTES) {
            return 0;
        }
        long frameBytes = in.getUnsignedIntLE(in.readerIndex());
        checkLength(frameBytes, frameBytesMax);
        return in.readableBytes() - Wire.LENGTH_BYTES < frameBytes ? 0 : Wire.LENGTH_BYTES + (int) frameBytes;
    }

    /** Lets {@code view} see {@code length} bytes of {@code source} from {@code index}, in place. Good as long as the buffer is neither released nor grown. */
    public static void view(UnsafeBuffer view, ByteBuf source, int index, int length) {
        if (index < 0 || length < 0 || index > source.capacity() - length) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " length " + length + " in a buffer of " + source.capacity() + " bytes");
        }
        if (source.hasArray()) {
            view.wrap(source.array(), source.arrayOffset() + index, length);
        } else if (source.hasMemoryAddress()) {
            // Not internalNioBuffer: its position is shared with every slice, and those live on other threads.
            view.wrap(source.memoryAddress() + index, length);
        } else {
            view.wrap(source.nioBuffer(index, length), 0, length);
        }
    }

    private static void checkLength(long frameBytes, int frameBytesMax) {
        if (frameBytes < MessageHeaderDecoder.ENCODED_LENGTH) {
            throw new FrameException("frame length " + frameBytes + " is below the "
                    + MessageHeaderDecoder.ENCODED_LENGTH + " bytes of a header");
        }
        if (frameBytes > frameBytesMax) {
            throw new FrameException(
                    "frame length " + frameBytes + " is above the limit of " + frameBytesMax + " bytes");
        }
    }
}
