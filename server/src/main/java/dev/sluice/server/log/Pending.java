package dev.sluice.server.log;

import dev.sluice.server.core.Slab;
import java.nio.ByteBuffer;

/** A batch on its way to the disk. The log thread reads it when it has been handed over; it does not change then. */
record Pending(long index, long timestampMillis, Slab slab, int offset, int length, Write write) {
    /** Where the bytes, header included, go. */
    record Write(Segment segment, long position, ByteBuffer bytes) {}
}
