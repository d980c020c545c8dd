package dev.sluice.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.bench.GeneratorProcess.FailedException;
import dev.sluice.bench.peer.Directories;
import dev.sluice.bench.peer.Home;
import dev.sluice.bench.peer.Peer;
import dev.sluice.bench.peer.Processes;
import dev.sluice.bench.peer.Provider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures: for each turn the servers of all providers, side by side, and the rounds on them in turn, A B C A B C. Owned by one thread. */
final class Campaign {
    private final Settings settings;
    private final Home home;
    private final Processes processes;
    private final GeneratorProcess generator;
    private final Results results;
    private final Machine machine;
    private final PrintStream progress;
    private final Map<Provider, String> versions = new LinkedHashMap<>();

    Campaign(Settings settings, Home home, Processes processes, Results results, PrintStream progress)
            throws IOException {
        this.settings = settings;
        this.home = home;
        this.processes = processes;
        this.results = results;
        this.progress = progress;
        this.generator = new GeneratorProcess(home, processes);
        this.machine = Machine.here(settings.work());
    }

    /**
     * What is to be measured.
     *
     * @param limitMinutes of one run; what takes longer has failed
     * @param generatorOptions for each run of the load generator
     * @param work where the servers' data are
     * @param keep whether they stay there
     */
    record Settings(
            List<Plan.Turn> turns,
            List<Provider> providers,
            int rounds,
            int limitMinutes,
            List<String> generatorOptions,
            Path work,
            boolean keep) {}

    void run() throws IOException, InterruptedException {
        for (Provider provider : settings.providers()) {
            provider.fetch(home);
            versions.put(provider, provider.version(home));
        }
        for (Plan.Turn turn : settings.turns()) {
            measure(turn);
        }
    }

    private void measure(Plan.Turn turn) throws IOException, InterruptedException {
        List<Peer> peers = new ArrayList<>();
        try {
            for (Provider provider : settings.providers()) {
                start(turn, provider, peers);
            }
            for (int round = 1; round <= settings.rounds(); round++) {
                for (Peer peer : List.copyOf(peers)) {
                    if (!round(turn, round, peer)) {
                        peer.close();
                        peers.remove(peer);
                    }
                }
            }
        } finally {
            peers.forEach(Peer::close);
            clear(directory(turn));
        }
    }

    private void clear(Path directory) {
        try {
            if (!settings.keep()) {
                Directories.delete(directory);
                Directories.settle(settings.work());
            }
        } catch (IOException e) {
            if (!processes.isClosed()) {
                progress.println("bench: could not remove " + directory + ": " + e.getMessage());
            }
        }
    }

    /** A server that does not start is out for this turn, and the results say why. */
    private void start(Plan.Turn turn, Provider provider, List<Peer> peers) throws IOException, InterruptedException {
        try {
            Peer peer = Peer.prepare(provider, home, directory(turn).resolve(provider.name()), processes);
            peers.add(peer);
            peer.start();
            peer.awaitAnswer();
        } catch (IOException e) {
            peers.removeIf(peer -> peer.provider().equals(provider));
            failed(
                    new Run(turn.workloads().get(0), 1, provider, Instant.now()),
                    Objects.toString(e.getMessage(), e.toString()));
        }
    }

    private Path directory(Plan.Turn turn) {
        return settings.work().resolve(turn.name());
    }

    /** Returns whether another one makes sense. */
    private boolean round(Plan.Turn turn, int round, Peer peer) throws IOException, InterruptedException {
        for (String workload : turn.workloads()) {
            Run run = new Run(workload, round, peer.provider(), Instant.now());
            try {
                one(run, peer);
            } catch (FailedException | IOException e) {
                if (processes.isClosed()) {
                    throw new IOException("the bench was ended", e);
                }
                failed(run, reason(e, peer));
                boolean refused = e instanceof FailedException failure && failure.isRefused();
                // What is left of a turn builds on what has failed.
                return !refused && revive(peer);
            }
        }
        return true;
    }

    private static String reason(Exception failure, Peer peer) throws IOException {
        String said = Objects.toString(failure.getMessage(), failure.toString());
        return peer.isAlive() ? said : said + "\nThe server has ended:\n" + peer.lastWords();
    }

    private boolean revive(Peer peer) throws InterruptedException {
        if (peer.isAlive()) {
            return true;
        }
        try {
            peer.start();
            peer.awaitAnswer();
            return true;
        } catch (IOException e) {
            progress.println("bench: " + e.getMessage());
            return false;
        }
    }

    private void one(Run run, Peer peer) throws FailedException, IOException, InterruptedException {
        List<String> options = new ArrayList<>(settings.generatorOptions());
        if (run.workload().equals(Plan.Backlog.FILL) || run.workload().equals(Plan.Backlog.DRAIN)) {
            options.addAll(List.of("--queue", "bench.w7." + run.round()));
        }
        CpuTime before = CpuTime.now();
        ObjectNode measured;
        if (run.workload().equals(Plan.Backlog.DRAIN)) {
            peer.kill();
            // The application is there before the server: the time of the first message is the server's.
            measured = generator.runBefore(peer, run.workload(), settings.limitMinutes(), options);
        } else {
            measured = generator.run(peer, run.workload(), settings.limitMinutes(), options);
        }
        ObjectNode line = line(run).setAll(measured);
        line.set("machine", machine.json(CpuTime.now().stealPercentSince(before)));
        line.put("durability", run.provider().waitsFor(line.path("persistent").asBoolean(true)));
        results.add(line);
        progress.println(run + ": " + Summary.oneLine(line));
    }

    private void failed(Run run, String reason) throws IOException {
        ObjectNode line = line(run);
        line.set("machine", machine.json(0));
        results.add(line.put("error", reason));
        progress.println(run + ": failed: " + reason);
    }

    private ObjectNode line(Run run) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("provider", run.provider().name())
                .put("version", versions.getOrDefault(run.provider(), ""))
                .put("workload", run.workload())
                .put("round", run.round())
                .put(
                        "started_at",
                        run.startedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    /** One process of the load generator. */
    private record Run(String workload, int round, Provider provider, Instant startedAt) {
        @Override
        public String toString() {
            return "bench: " + workload + " round " + round + " " + provider.name();
        }
    }
}
