package dev.sluice.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that Ratis 3.2 appends a group's log to, after a crash. It is {@code RaftLog1}, then of each entry its length as a varint, its bytes and
 * their CRC32C with the length's; behind them zeros. A power cut leaves whatever part of what was not synced, and Ratis does not start on that. A
 * process that was killed leaves what the kernel has, synced or not, which Ratis would take for synced. Owner: who starts the Raft server.
 */
final class OpenSegment {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSegment.class);
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);

    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 0x80;
    private static final int VARINT_BYTES_MAX = 5;

    private final Path file;
    private final ByteBuffer content;
    private int entries;

    private OpenSegment(Path file, byte[] content) {
        this.file = file;
        this.content = ByteBuffer.wrap(content);
    }

    /**
     * Writes anew and syncs what the file has of whole entries, and cuts off what is torn behind them: that was never confirmed.
     *
     * @param first the entry that it begins with
     * @param applied the last entry that the store has: as Ratis applies nothing before it is synced here, so far the log was whole
     * @throws IOException when it is not whole so far, or cannot be read or written; then the file is as it was
     */
    static void renew(Path file, long first, long applied) throws IOException {
        new OpenSegment(file, Files.readAllBytes(file)).renew(first, applied);
    }

    private void renew(long first, long applied) throws IOException {
        byte[] bytes = content.array();
        int end = end();
        int torn = bytes.length;
        while (torn > end && bytes[torn - 1] == 0) {
            torn--;
        }
        if (torn > end && first + entries <= applied) {
            throw new IOException(file + " is damaged at byte " + end + ", in entry " + (first + entries)
                    + ", and the entries up to " + applied
                    + " were on the disk: it has lost what it had. Bring the file back, or"
                    + " start with an empty data directory, which is filled by the others");
        }
        if (torn > end) {
            LOG.warn(
                    "file={} cut from={} to={}: the last entries are not whole, as a power cut leaves them. None was"
                            + " confirmed on the word of this member; the others bring what is missing",
                    file,
                    end,
                    torn);
        }
        if (end <= HEADER.length) {
            Files.delete(file);
        } else {
            DurableFile.write(file, Arrays.copyOf(bytes, end));
        }
    }

    /** Behind the last entry that is whole, as are all before it; 0 when the header is not. */
    private int end() {
        if (content.remaining() < HEADER.length
                || Arrays.mismatch(content.array(), 0, HEADER.length, HEADER, 0, HEADER.length) >= 0) {
            return 0;
        }
        content.position(HEADER.length);
        int end = HEADER.length;
        while (passEntry()) {
            end = content.position();
            entries++;
        }
        return end;
    }

    private boolean passEntry() {
        int from = content.position();
        long length = varint();
        if (length <= 0 || length > content.remaining() - Integer.BYTES) {
            return false;
        }
        int to = content.position() + (int) length;
        CRC32C checksum = new CRC32C();
        checksum.update(content.array(), from, to - from);
        content.position(to);
        return content.getInt() == (int) checksum.getValue();
    }

    /** -1 when there is none. */
    private long varint() {
        long value = 0;
        for (int at = 0; at < VARINT_BYTES_MAX && content.hasRemaining(); at++) {
            int next = content.get();
            value |= (long) (next & (VARINT_MORE - 1)) << (at * VARINT_BITS);
            if ((next & VARINT_MORE) == 0) {
                return value;
            }
        }
        return -1;
    }
}
