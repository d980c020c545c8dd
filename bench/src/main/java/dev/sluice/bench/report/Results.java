package dev.sluice.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * All runs of a file of results.
 *
 * @param runs complete and failed, as they stand there
 * @param unreadable what is wrong with lines that are no result, one sentence each
 */
record Results(List<Run> runs, List<String> unreadable) {
    static final String SLUICE = "sluice";

    Results {
        runs = List.copyOf(runs);
        unreadable = List.copyOf(unreadable);
    }

    /** Reads a file with one JSON object a line. */
    static Results read(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<Run> runs = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode json = mapper.readTree(line);
                if (json.isObject() && json.hasNonNull("workload") && json.hasNonNull("provider")) {
                    runs.add(new Run(json));
                } else {
                    unreadable.add("Line " + number + " is no result: it names no workload or no provider.");
                }
            } catch (JsonProcessingException broken) {
                unreadable.add("Line " + number + " is no JSON: " + broken.getOriginalMessage());
            }
        }
        return new Results(runs, unreadable);
    }

    /** The names of the workloads that were run: the known ones in their order, then the others. */
    List<String> workloads() {
        Set<String> ran = new TreeSet<>();
        runs.forEach(run -> ran.add(run.workload()));
        Set<String> ordered = new LinkedHashSet<>(Subject.names());
        ordered.retainAll(ran);
        ordered.addAll(ran);
        return List.copyOf(ordered);
    }

    Results of(String workload) {
        return new Results(
                runs.stream().filter(run -> run.workload().equals(workload)).toList(), List.of());
    }

    List<Run> failed() {
        return runs.stream().filter(Run::failed).toList();
    }

    private List<Run> complete(String provider) {
        return runs.stream()
                .filter(run -> !run.failed() && run.provider().equals(provider))
                .toList();
    }

    /** Sluice, then the others by name, those that are on disk first. */
    List<String> providers() {
        return runs.stream()
                .map(Run::provider)
                .distinct()
                .sorted(Comparator.comparing((String provider) -> !provider.equals(SLUICE))
                        .thenComparing(Durability::of)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** A measure over the complete rounds of a provider. */
    Optional<Spread> spread(String provider, Measure measure) {
        return Spread.of(complete(provider).stream()
                .map(measure.of())
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList());
    }

    /** The peer with the best median among those whose confirmed messages survive what Sluice's do. */
    Optional<String> bestPeer(Measure measure) {
        Durability same = Durability.of(SLUICE);
        String best = null;
        double bestMedian = 0;
        for (String provider : providers()) {
            Optional<Spread> spread = spread(provider, measure);
            if (provider.equals(SLUICE) || Durability.of(provider) != same || spread.isEmpty()) {
                continue;
            }
            double median = spread.orElseThrow().median();
            if (best == null || (measure.moreIsBetter() ? median > bestMedian : median < bestMedian)) {
                best = provider;
                bestMedian = median;
            }
        }
        return Optional.ofNullable(best);
    }

    /** What runs say at a path, each text once; empty ones not. */
    List<String> texts(String provider, String path) {
        return runs.stream()
                .filter(run -> run.provider().equals(provider))
                .map(run -> run.text(path, ""))
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
    }

    /** How Sluice stands to what is asked of it. */
    Verdict verdict(Mark mark) {
        Optional<Spread> own = spread(SLUICE, mark.measure());
        Optional<String> peer = switch (mark.versus()) {
            case BEST_PEER -> bestPeer(mark.measure());
            case NAMED_PEER -> Optional.of(Objects.requireNonNull(mark.peer()));
            case ITSELF -> Optional.empty();
        };
        Optional<Spread> others = peer.flatMap(name -> spread(name, mark.measure()));
        OptionalDouble value = OptionalDouble.empty();
        if (own.isPresent() && mark.versus() == Mark.Versus.ITSELF) {
            value = OptionalDouble.of(own.orElseThrow().median());
        } else if (own.isPresent() && others.isPresent() && others.orElseThrow().median() > 0) {
            value = OptionalDouble.of(
                    own.orElseThrow().median() / others.orElseThrow().median());
        }
        return new Verdict(mark, own, others.isPresent() ? peer : Optional.empty(), others, value);
    }
}
