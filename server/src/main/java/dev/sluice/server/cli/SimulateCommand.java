package dev.sluice.server.cli;

import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;
import dev.sluice.server.simulation.Outcome;
import dev.sluice.server.simulation.Seeds;
import dev.sluice.server.simulation.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice simulate}: clusters in one thread, from seeds, with all that may fail. */
@Command(
        name = "simulate",
        description = {
            "Plays clusters with their clients, each in one thread and from a seed: servers and clients are the real ones; time, network,",
            "disks, processes and the Raft engine are models, and fail. What applications are promised is checked at each step."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice simulate --seeds 1000           seeds that were never played, with all cores",
            "  sluice simulate --seeds 0              without end, until one is bad",
            "  sluice simulate --seeds 1000 --seed 1  the seeds 1 to 1000",
            "  sluice simulate --seed 17              seed 17 again, with all that happens in it",
            "",
            "Exit codes: 0 every promise was kept, 1 not so, 2 wrong usage."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SEEDS_DEFAULT = 1000;

    private final Terminal terminal;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many; 0 for no end. Default: 1000, or 1 when only --seed is given.")
    private @Nullable Long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "The first one. Default: one that was never played.")
    private @Nullable Long seed;

    @Option(names = "--workers", paramLabel = "N", description = "How many at a time. Default: one for each core.")
    private int workers = Runtime.getRuntime().availableProcessors();

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Long first = seed;
        if (first != null && seeds == null) {
            return replay(first);
        }
        long count = seeds == null ? SEEDS_DEFAULT : seeds;
        if (count < 0 || workers < 1) {
            throw new UsageException("--seeds is 0 or more, --workers is 1 or more");
        }
        long from = first == null ? Clock.SYSTEM.wallMillis() : first;
        return play(from, count == 0 ? Long.MAX_VALUE : count);
    }

    private int replay(long number) throws IOException {
        Outcome outcome = new Simulation().play(number, this::line);
        return end(outcome);
    }

    private int end(Outcome outcome) throws IOException {
        Throwable failure = outcome.failure();
        line(String.format(
                Locale.ROOT,
                "seed %d: %s; %d events, %.1f virtual seconds, %d sends confirmed, %d messages received, trace %016x",
                outcome.seed(),
                failure == null ? "good" : failure.toString(),
                outcome.events(),
                outcome.virtualMillis() / 1e3,
                outcome.confirmed(),
                outcome.received(),
                outcome.hash()));
        terminal.flush();
        if (failure != null && failure.getCause() != null) {
            failure.getCause().printStackTrace(terminal.err());
        } else if (failure != null) {
            failure.printStackTrace(terminal.err());
        }
        return failure == null ? Exit.OK : Exit.FAILURE;
    }

    private int play(long from, long count) throws IOException, InterruptedException {
        Progress progress = new Progress();
        List<Outcome> bad = new Seeds(from, count, progress::played).play(workers);
        line("from seed " + from + ": " + progress.summary() + (bad.isEmpty() ? "; every promise was kept" : ""));
        for (Outcome outcome : bad) {
            int unused = end(outcome);
            line("play it again with all that happens: ./sluice simulate --seed " + outcome.seed());
        }
        terminal.flush();
        return bad.isEmpty() ? Exit.OK : Exit.FAILURE;
    }

    private void line(String text) {
        try {
            terminal.line(text);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Counts what was played, for all workers. */
    private final class Progress {
        private final long begunNanos = Clock.SYSTEM.nanoTime();
        private final SharedLong seeds = new SharedLong(0);
        private final SharedLong virtualMillis = new SharedLong(0);
        private final SharedLong received = new SharedLong(0);
        private final SharedLong reportNanos = new SharedLong(begunNanos + REPORT_NANOS);

        void played(Outcome outcome) {
            long unused = seeds.add(1) + virtualMillis.add(outcome.virtualMillis()) + received.add(outcome.received());
            long due = reportNanos.value();
            long now = Clock.SYSTEM.nanoTime();
            if (now - due >= 0 && reportNanos.replace(due, now + REPORT_NANOS)) {
                terminal.err().println(summary());
            }
        }

        String summary() {
            return String.format(
                    Locale.ROOT,
                    "%d seeds in %.1f s: %.1f virtual hours, %d messages received",
                    seeds.value(),
                    (Clock.SYSTEM.nanoTime() - begunNanos) / 1e9,
                    virtualMillis.value() / 3.6e6,
                    received.value());
        }
    }
}
