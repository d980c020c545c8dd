package dev.sluice.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The line of JSON that a run prints. What was not measured is absent. */
final class Result {
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_SECOND = 1_000_000;
    private static final double PER_MESSAGES = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode root = JSON.createObjectNode();
    private final ObjectNode extra = JSON.createObjectNode();

    /** With what is known before the run. */
    Result(Options options) {
        Workload.Shape shape = options.workload().shape();
        root.put("workload", options.workload().toString());
        root.put("api", options.api().toString());
        if (options.api() == Options.Api.JMS) {
            root.put("factory", options.factory());
        }
        root.put("producers", shape.producers());
        root.put("consumers", shape.consumers());
        root.put("persistent", shape.persistent());
        root.put("body_bytes", shape.bodyBytes());
        root.put("rate", options.rate());
        root.put("outstanding", shape.sending() == Workload.Sending.SYNCHRONOUS ? 1 : options.outstanding());
        root.put("commit_every", options.commitEvery());
        root.put("acknowledge", options.settlement().name().toLowerCase(Locale.ROOT));
        root.put("warmup_seconds", options.warmupSeconds());
    }

    /** The whole. */
    ObjectNode root() {
        return root;
    }

    /** What this workload alone has. */
    ObjectNode extra() {
        return extra;
    }

    /** Writes what was measured into {@code node}: the root or a part of it. */
    static void put(ObjectNode node, Measurement.Measured measured) {
        double seconds = measured.seconds();
        long messages = measured.messages();
        node.put("seconds", rounded(seconds, 3));
        putIfAny(node, "sent", measured.sent(), seconds);
        putIfAny(node, "received", measured.received(), seconds);
        ServerMeter.Usage usage = measured.usage();
        if (usage.serverCpuSeconds() >= 0) {
            node.put("server_cpu_seconds", rounded(usage.serverCpuSeconds(), 2));
            node.put("server_read_calls", usage.readCalls());
            node.put("server_write_calls", usage.writeCalls());
            node.put("server_rss_bytes", measured.residentBytes());
            if (messages > 0) {
                node.put(
                        "server_cpu_us_per_message",
                        rounded(usage.serverCpuSeconds() * MICROS_PER_SECOND / messages, 2));
            }
        }
        node.put("client_cpu_seconds", rounded(usage.clientCpuSeconds(), 2));
        if (usage.flushes() >= 0) {
            node.put("flushes", usage.flushes());
            if (messages > 0) {
                node.put("flushes_per_1000", rounded(usage.flushes() * PER_MESSAGES / messages, 2));
            }
        }
    }

    /** Takes the times of what was received away: the messages were older than the run, and only their number tells something. */
    void forgetTimesOfReceived() {
        if (root.get("received") instanceof ObjectNode received) {
            received.retain("count", "per_second");
        }
    }

    private static void putIfAny(ObjectNode node, String name, Histogram times, double seconds) {
        if (times.getTotalCount() > 0) {
            put(node.putObject(name), times, seconds);
        }
    }

    private static void put(ObjectNode node, Histogram times, double seconds) {
        node.put("count", times.getTotalCount());
        node.put("per_second", Math.round(times.getTotalCount() / seconds));
        node.put("p50_us", percentile(times, 50));
        node.put("p90_us", percentile(times, 90));
        node.put("p99_us", percentile(times, 99));
        node.put("p999_us", percentile(times, 99.9));
        node.put("p9999_us", percentile(times, 99.99));
        node.put("max_us", rounded(times.getMaxValue() / NANOS_PER_MICRO, 1));
    }

    /** In microseconds. */
    static double percentile(Histogram times, double percentile) {
        return rounded(times.getValueAtPercentile(percentile) / NANOS_PER_MICRO, 1);
    }

    static double rounded(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Math.round(value * scale) / scale;
    }

    /** In one line. */
    @Override
    public String toString() {
        ObjectNode whole = root.deepCopy();
        if (!extra.isEmpty()) {
            whole.set("extra", extra);
        }
        return whole.toString();
    }
}
