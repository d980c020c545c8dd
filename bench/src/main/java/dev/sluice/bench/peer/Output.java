package dev.sluice.bench.peer;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What a process has printed to a file. */
public final class Output {
    private static final int TAIL_BYTES = 4_000;

    private Output() {}

    /** The end of it, for people: without the frames of stack traces; empty when there is none. */
    public static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            long length = bytes.length();
            byte[] tail = new byte[(int) Math.min(length, TAIL_BYTES)];
            bytes.seek(length - tail.length);
            bytes.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
                    .collect(Collectors.joining("\n"))
                    .strip();
        }
    }
}
