package dev.sluice.bench.report;

import java.util.Map;

/** The style of a provider, the same in every chart. */
final class Colour {
    private static final Map<String, String> KNOWN = Map.of(
            "sluice", "c0",
            "artemis", "c1",
            "artemis-aio", "c2",
            "classic", "c3",
            "qpid", "c4",
            "rabbitmq", "c5",
            "kafka", "c6",
            "kafka-flush", "c7");

    private Colour() {}

    static String of(String provider) {
        return KNOWN.getOrDefault(provider, "c8");
    }
}
