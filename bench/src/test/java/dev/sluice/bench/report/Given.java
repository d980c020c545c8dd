package dev.sluice.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Made-up results, as the lines of the file. */
final class Given {
    private final List<ObjectNode> lines = new ArrayList<>();

    /** A round of a workload for each value, which it has at {@code path}. */
    Given rounds(String workload, String provider, String path, double... values) {
        for (int round = 1; round <= values.length; round++) {
            ObjectNode line = line(workload, provider, round);
            ObjectNode at = line;
            int dot = path.lastIndexOf('.');
            if (dot >= 0) {
                at = at.putObject(path.substring(0, dot));
            }
            at.put(path.substring(dot + 1), values[round - 1]);
        }
        return this;
    }

    Given failure(String workload, String provider, String error) {
        line(workload, provider, 1).put("error", error);
        return this;
    }

    /** A further text in all lines so far. */
    Given saying(String name, String text) {
        lines.forEach(line -> line.put(name, text));
        return this;
    }

    Given machine(String name, double value) {
        lines.forEach(line -> line.withObjectProperty("machine").put(name, value));
        return this;
    }

    private ObjectNode line(String workload, String provider, int round) {
        ObjectNode line = new ObjectMapper().createObjectNode();
        line.put("workload", workload).put("provider", provider).put("round", round);
        lines.add(line);
        return line;
    }

    Results results() {
        return new Results(lines.stream().map(Run::new).toList(), List.of());
    }

    List<String> lines() {
        return lines.stream().map(ObjectNode::toString).toList();
    }
}
