package dev.sluice.server.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes. {@code out} reports every failed write as an exception, which {@code System.out} does not.
 *
 * @param environment of the process
 * @param console to ask a person, or null when there is none
 */
record Terminal(
        InputStream in,
        OutputStream out,
        PrintStream err,
        Map<String, String> environment,
        @Nullable Console console) {
    private static final int BUFFER_BYTES = 32 * 1024;

    static Terminal ofProcess() {
        return new Terminal(
                System.in,
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                System.err,
                System.getenv(),
                System.console());
    }

    /** Writes a line to the output. */
    void line(String text) throws BrokenPipe {
        bytes(text.getBytes(StandardCharsets.UTF_8));
        bytes(new byte[] {'\n'});
    }

    /** Writes bytes to the output. */
    void bytes(byte[] bytes) throws BrokenPipe {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new BrokenPipe(e);
        }
    }

    /** Hands everything written to the system; after it the reader has it. */
    void flush() throws BrokenPipe {
        try {
            out.flush();
        } catch (IOException e) {
            throw new BrokenPipe(e);
        }
    }

    /** The output takes no more. */
    static final class BrokenPipe extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenPipe(IOException cause) {
            super(cause);
        }
    }
}
