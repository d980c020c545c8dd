package dev.sluice.message;

import java.io.IOException;

/** A complete body that is kept outside the heap. Any thread may read; ends when closed. */
public interface StoredBody {
    /** Its length in bytes. */
    long bytes();

    /** Reads {@code length} bytes from {@code position} into {@code target} at {@code offset}. */
    void read(long position, byte[] target, int offset, int length) throws IOException;

    /** Removes it; further calls do nothing. */
    void close();
}
