package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.bench.load.LoadGenerator;
import dev.sluice.bench.peer.Home;
import dev.sluice.bench.peer.Output;
import dev.sluice.bench.peer.Peer;
import dev.sluice.bench.peer.Processes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the load generator, a process of its own for each run, and reads the line that it prints. */
final class GeneratorProcess {
    private static final String MAIN = "dev.sluice.bench.load.LoadGenerator";
    private static final int EXIT_USAGE = 2;
    private static final long POLL_MILLIS = 20;
    /** Some clients wait for a server by themselves. */
    private static final int START_WITHOUT_A_WORD_SECONDS = 10;

    private static final int REASON_CHARACTERS = 1_000;

    private final Home home;
    private final Processes processes;
    private final ObjectMapper mapper = new ObjectMapper();

    GeneratorProcess(Home home, Processes processes) {
        this.home = home;
        this.processes = processes;
    }

    /** A run that came to nothing. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean refused;

        FailedException(String message, boolean refused) {
            super(message);
            this.refused = refused;
        }

        /** Whether it would fail every time: the provider cannot do what the workload asks. */
        boolean isRefused() {
            return refused;
        }
    }

    /** What the load generator says about {@code workload} on {@code peer}. */
    ObjectNode run(Peer peer, String workload, int limitMinutes, List<String> options)
            throws FailedException, IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--server-pid", Long.toString(peer.pid())));
        return await(peer, start(peer, workload, all), limitMinutes);
    }

    /** As {@link #run}, but the load generator is there first, and the server starts when it is waiting for it. */
    ObjectNode runBefore(Peer peer, String workload, int limitMinutes, List<String> options)
            throws FailedException, IOException, InterruptedException {
        Path started = peer.directory().resolve("started");
        boolean unused = Files.deleteIfExists(started);
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--started", started.toString()));
        Process process = start(peer, workload, all);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_WITHOUT_A_WORD_SECONDS);
        boolean ready = false;
        while (!ready && System.nanoTime() < end) {
            boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            ready = ended || Files.readString(errors(peer)).contains(LoadGenerator.WAITING);
        }
        long since = System.currentTimeMillis();
        peer.start();
        Files.writeString(started, peer.pid() + " " + since);
        return await(peer, process, limitMinutes);
    }

    private static Path output(Peer peer) {
        return peer.directory().resolve("generator.out");
    }

    private static Path errors(Peer peer) {
        return peer.directory().resolve("generator.err");
    }

    private Process start(Peer peer, String workload, List<String> options) throws IOException {
        return processes.start(new ProcessBuilder(command(peer, workload, options))
                .directory(peer.directory().toFile())
                .redirectOutput(output(peer).toFile())
                .redirectError(errors(peer).toFile()));
    }

    private ObjectNode await(Peer peer, Process process, int limitMinutes)
            throws FailedException, IOException, InterruptedException {
        boolean ended = process.waitFor(limitMinutes, TimeUnit.MINUTES);
        processes.kill(process);
        if (!ended) {
            throw new FailedException("the load generator was not done after " + limitMinutes + " minutes", false);
        }
        if (process.exitValue() != 0) {
            String said = Output.tail(errors(peer));
            throw new FailedException(
                    "the load generator ended with code " + process.exitValue() + ": "
                            + said.substring(0, Math.min(said.length(), REASON_CHARACTERS)),
                    process.exitValue() == EXIT_USAGE);
        }
        return parse(Files.readString(output(peer)));
    }

    private ObjectNode parse(String line) throws FailedException {
        try {
            JsonNode json = mapper.readTree(line);
            if (json instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new FailedException("the load generator printed no JSON: " + e.getOriginalMessage(), false);
        }
        throw new FailedException("the load generator printed '" + line.strip() + "'", false);
    }

    private List<String> command(Peer peer, String workload, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(Home.java(), "-Xmx1g", "-Dio.netty.leakDetection.level=disabled", "-cp"));
        command.add(String.join(File.pathSeparator, peer.provider().clientClassPath(home)));
        command.addAll(List.of(MAIN, "--workload", workload));
        command.addAll(peer.client().options());
        command.addAll(List.of("--data-directory", peer.data().toString()));
        command.addAll(options);
        return command;
    }
}
