package dev.sluice.server.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file of the log, named by its id. Owner: whoever holds it, the log or its supply. */
final class Segment {
    static final String SUFFIX = ".log";
    /** A file that is being allocated has no name of a segment yet. */
    static final String ALLOCATING = "allocating.tmp";

    private static final int DIGITS = 10;

    final int id;
    final Disk.DiskFile file;
    final long bytes;
    /** The last batch in it; 0 when there is none. */
    long lastIndex;

    Segment(int id, Disk.DiskFile file, long bytes) {
        this.id = id;
        this.file = file;
        this.bytes = bytes;
    }

    String name() {
        return name(id);
    }

    static String name(int id) {
        String digits = Integer.toString(id);
        // Not by a format: that loads the locales of the JVM, a tenth of the time in which a server starts.
        return "0".repeat(DIGITS - digits.length()) + digits + SUFFIX;
    }

    /** The id in the name of a file, or null when it is no segment. */
    static @Nullable Integer id(String name) {
        if (!name.matches("[0-9]{" + DIGITS + "}\\" + SUFFIX)) {
            return null;
        }
        long id = Long.parseLong(name.substring(0, DIGITS));
        return id > 0 && id <= Integer.MAX_VALUE ? (int) id : null;
    }

    void closeQuietly() {
        try {
            file.close();
        } catch (IOException unused) {
            // What was to be kept was synced before; nothing depends on the close.
        }
    }
}
