package dev.sluice.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalDouble;

/** One line of the results: one round of one workload on one provider, complete or failed. */
final class Run {
    private final JsonNode json;

    Run(JsonNode json) {
        this.json = json;
    }

    String provider() {
        return text("provider", "?");
    }

    String workload() {
        return text("workload", "?");
    }

    String startedAt() {
        return text("started_at", "");
    }

    String round() {
        return text("round", "?");
    }

    boolean failed() {
        return json.hasNonNull("error");
    }

    String error() {
        return text("error", "");
    }

    /** The text at a path like {@code machine.kernel}. */
    String text(String path, String otherwise) {
        JsonNode node = at(path);
        return node.isMissingNode() || node.isNull() ? otherwise : node.isValueNode() ? node.asText() : node.toString();
    }

    /** The number at a path like {@code sent.p99_us}. */
    OptionalDouble number(String path) {
        JsonNode node = at(path);
        return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
    }

    JsonNode at(String path) {
        return json.at("/" + path.replace('.', '/'));
    }
}
