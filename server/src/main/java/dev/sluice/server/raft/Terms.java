package dev.sluice.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which term which entry was written, in a small file: the store knows the index it is at, and Ratis wants its term, too. For each term the
 * first index of an entry that was applied here; durable before any later one is. Used by one thread at a time.
 */
final class Terms implements AutoCloseable {
    private static final int ROW_BYTES = 2 * Long.BYTES;

    private final TreeMap<Long, Long> termByFirstIndex = new TreeMap<>();
    private final FileChannel file;
    private long lastTerm;
    private long end;

    private Terms(FileChannel file) {
        this.file = file;
    }

    /** Opens the file, or makes an empty one. */
    static Terms open(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Terms terms = new Terms(file);
        boolean read = false;
        try {
            terms.read();
            read = true;
            return terms;
        } finally {
            if (!read) {
                file.close();
            }
        }
    }

    private void read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = file.read(bytes, bytes.position());
        }
        bytes.flip();
        // A row that a crash has cut is written again.
        while (bytes.remaining() >= ROW_BYTES) {
            lastTerm = bytes.getLong();
            termByFirstIndex.put(bytes.getLong(), lastTerm);
            end += ROW_BYTES;
        }
    }

    /** An entry of this term is the next to be applied. */
    void began(long term, long index) throws IOException {
        if (term <= lastTerm) {
            return;
        }
        ByteBuffer row =
                ByteBuffer.allocate(ROW_BYTES).putLong(term).putLong(index).flip();
        while (row.hasRemaining()) {
            end += file.write(row, end);
        }
        file.force(true);
        lastTerm = term;
        termByFirstIndex.put(index, term);
    }

    /** The term of an entry that was applied here. */
    long termOf(long index) throws IOException {
        Map.Entry<Long, Long> term = termByFirstIndex.floorEntry(index);
        if (term == null) {
            throw new IOException("the term of entry " + index + " is not known, and the store has that entry");
        }
        return term.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
