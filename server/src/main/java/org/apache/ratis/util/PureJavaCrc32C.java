package org.apache.ratis.util;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * The checksum of the entries in Ratis' log, by the JDK, which has an instruction of the processor for it. It stands in place of the class of this name in
 * Ratis 3.2, which computes the same in Java and takes a fifth of the CPU time of a busy cluster (docs/performance.md, "A cluster"); Ratis has no
 * setting for it. Whichever of the two is first on the class path, logs are the same. Not thread-safe, as that one.
 */
public final class PureJavaCrc32C implements Checksum {
    private final CRC32C checksum = new CRC32C();

    /** Of nothing yet. */
    public PureJavaCrc32C() {}

    @Override
    public long getValue() {
        return checksum.getValue();
    }

    @Override
    public void reset() {
        checksum.reset();
    }

    /** Adds what remains in a buffer, whose position stays as it is. */
    @Override
    public void update(ByteBuffer bytes) {
        checksum.update(bytes.duplicate());
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        checksum.update(bytes, offset, length);
    }

    @Override
    public void update(int b) {
        checksum.update(b);
    }
}
