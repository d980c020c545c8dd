package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that the bench has started and that still run: none of them outlives it. Any thread may use it. */
public final class Processes implements AutoCloseable {
    /** Lets a process die with its parent, also by SIGKILL, when no hook of ours runs. Part of util-linux. */
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Starts a process that ends with the bench at the latest. */
    public Process start(ProcessBuilder builder) throws IOException {
        if (Files.isExecutable(SETPRIV)) {
            List<String> command = new ArrayList<>(List.of(SETPRIV.toString(), "--pdeathsig", "KILL"));
            command.addAll(builder.command());
            builder.command(command);
        }
        Process process = builder.start();
        running.add(process);
        if (closed) {
            kill(process);
            throw new IOException("the bench is ending");
        }
        return process;
    }

    /** Ends a process and its children by SIGKILL; returns when it is gone. */
    public void kill(Process process) {
        process.descendants().forEach(child -> {
            boolean unused = child.destroyForcibly();
        });
        process.destroyForcibly().onExit().join();
        running.remove(process);
    }

    /** Whether the bench is ending: what fails now fails for that. */
    public boolean isClosed() {
        return closed;
    }

    /** Ends all, and whatever is started later. */
    @Override
    public void close() {
        closed = true;
        running.forEach(this::kill);
    }
}
