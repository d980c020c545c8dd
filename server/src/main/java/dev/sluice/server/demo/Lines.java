package dev.sluice.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of some files, one after the other. Bytes are read as they are (ISO 8859-1), so that every file has lines. Not thread-safe. */
final class Lines implements AutoCloseable {
    private final List<Path> files;
    private int nextFile;
    private @Nullable BufferedReader reader;

    Lines(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** How many lines they have. */
    static long count(List<Path> files) throws IOException {
        try (Lines lines = new Lines(files)) {
            long count = 0;
            while (lines.next() != null) {
                count++;
            }
            return count;
        }
    }

    /** The next line, or null after the last. */
    @Nullable String next() throws IOException {
        while (true) {
            BufferedReader current = reader;
            if (current == null) {
                if (nextFile == files.size()) {
                    return null;
                }
                current = Files.newBufferedReader(files.get(nextFile), StandardCharsets.ISO_8859_1);
                reader = current;
                nextFile++;
            }
            String line = current.readLine();
            if (line != null) {
                return line;
            }
            close();
        }
    }

    @Override
    public void close() throws IOException {
        BufferedReader current = reader;
        if (current != null) {
            reader = null;
            current.close();
        }
    }
}
