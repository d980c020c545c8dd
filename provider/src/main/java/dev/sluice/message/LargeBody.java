package dev.sluice.message;

import dev.sluice.base.Holders;
import dev.sluice.base.TemporaryFile;
import java.io.IOException;

/**
 * A body outside the heap with its holders: the messages that show it and the sends that are under way. The last one to let go
 * (or the collector) ends it. Its bytes never change once they can be read.
 */
final class LargeBody {
    private final StoredBody stored;
    private final Holders holders;

    LargeBody(StoredBody stored) {
        this.stored = stored;
        this.holders = new Holders(stored::close);
    }

    long bytes() {
        return stored.bytes();
    }

    void read(long position, byte[] target, int offset, int length) throws IOException {
        stored.read(position, target, offset, length);
    }

    void retain() {
        holders.retain();
    }

    void release() {
        holders.release();
    }

    /** A body in a temporary file, which is complete when it becomes readable. */
    record InFile(TemporaryFile file) implements StoredBody {
        @Override
        public long bytes() {
            return file.bytes();
        }

        @Override
        public void read(long position, byte[] target, int offset, int length) throws IOException {
            file.read(position, target, offset, length);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
