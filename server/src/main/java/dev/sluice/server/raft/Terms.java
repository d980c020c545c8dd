package dev.sluice.server.raft;

import dev.sluice.base.Monitor;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which term which entry was written, in a small file: the store knows the index it is at, and Ratis wants its term, too. For each term the
 * first index of an entry that is known here; durable before any later one is applied. Thread-safe.
 */
final class Terms implements AutoCloseable {
    private static final int ROW_BYTES = 2 * Long.BYTES;

    /** The term of what was written by a server that was alone. */
    static final long BEFORE_RAFT = 0;

    private final Monitor monitor = new Monitor();
    private final TreeMap<Long, Long> firstIndexByTerm = new TreeMap<>();
    private final FileChannel file;
    private long end;

    private Terms(FileChannel file) {
        this.file = file;
    }

    /** What another member knows of them. Immutable. */
    record Rows(Map<Long, Long> firstIndexByTerm) {
        static Rows read(DataInput in) throws IOException {
            Map<Long, Long> all = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                all.put(in.readLong(), in.readLong());
            }
            return new Rows(all);
        }
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
            long unused = firstIndexByTerm.merge(bytes.getLong(), bytes.getLong(), Math::min);
            end += ROW_BYTES;
        }
    }

    /** An entry of this term is the next to be applied. */
    void began(long term, long index) throws IOException {
        monitor.enter();
        try {
            addRow(term, index);
        } finally {
            monitor.leave();
        }
    }

    /** All that is there was written before there was Raft: in term 0. */
    void adopt() throws IOException {
        monitor.enter();
        try {
            addRow(BEFORE_RAFT, 1);
        } finally {
            monitor.leave();
        }
    }

    /** Adds what another member knows of entries up to one; here a term may be known by a later one. */
    void add(Rows others, long upTo) throws IOException {
        monitor.enter();
        try {
            for (Map.Entry<Long, Long> row : others.firstIndexByTerm.entrySet()) {
                if (row.getValue() <= upTo) {
                    addRow(row.getKey(), row.getValue());
                }
            }
        } finally {
            monitor.leave();
        }
    }

    private void addRow(long term, long index) throws IOException {
        Long known = firstIndexByTerm.get(term);
        if (known != null && known <= index) {
            return;
        }
        ByteBuffer row =
                ByteBuffer.allocate(ROW_BYTES).putLong(term).putLong(index).flip();
        while (row.hasRemaining()) {
            end += file.write(row, end);
        }
        file.force(true);
        firstIndexByTerm.put(term, index);
    }

    /** The term of an entry that was applied here. */
    long termOf(long index) throws IOException {
        monitor.enter();
        try {
            for (Map.Entry<Long, Long> row : firstIndexByTerm.descendingMap().entrySet()) {
                if (row.getValue() <= index) {
                    return row.getKey();
                }
            }
            throw new IOException("the term of entry " + index + " is not known, and the store has that entry");
        } finally {
            monitor.leave();
        }
    }

    /** Writes them for another member, as {@link Rows} reads them. */
    void write(DataOutput out) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream rows = new DataOutputStream(bytes);
        monitor.enter();
        try {
            rows.writeInt(firstIndexByTerm.size());
            for (Map.Entry<Long, Long> row : firstIndexByTerm.entrySet()) {
                rows.writeLong(row.getKey());
                rows.writeLong(row.getValue());
            }
        } finally {
            monitor.leave();
        }
        out.write(bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
