package dev.sluice.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a command as the process would, with its streams in memory and no one to ask. */
final class CommandRun {
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private OutputStream stdout = out;
    private byte[] in = new byte[0];
    private int exit = -1;

    CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandRun input(String text) {
        in = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    CommandRun input(byte[] bytes) {
        in = bytes;
        return this;
    }

    CommandRun output(OutputStream stream) {
        stdout = stream;
        return this;
    }

    CommandRun run(String... arguments) {
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(in),
                stdout,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                null);
        exit = Main.run(terminal, arguments);
        return this;
    }

    int exit() {
        return exit;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
