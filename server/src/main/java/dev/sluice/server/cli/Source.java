package dev.sluice.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file to send, or the standard input for {@code -}. */
final class Source implements AutoCloseable {
    private final String name;
    private final InputStream stream;
    private final boolean isOurs;

    private Source(String name, InputStream stream, boolean isOurs) {
        this.name = name;
        this.stream = stream;
        this.isOurs = isOurs;
    }

    static Source open(Path path, Terminal terminal) throws IOException {
        if (path.toString().equals("-")) {
            return new Source("the standard input", terminal.in(), false);
        }
        try {
            return new Source(path.toString(), Files.newInputStream(path), true);
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no file " + path);
        }
    }

    /** What it is called in messages for people. */
    String name() {
        return name;
    }

    /** Its bytes. */
    InputStream stream() {
        return stream;
    }

    /** Its lines; what is not UTF-8 is an error, not a question mark. */
    BufferedReader reader() {
        return new BufferedReader(new InputStreamReader(
                stream,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    @Override
    public void close() throws IOException {
        if (isOurs) {
            stream.close();
        }
    }
}
