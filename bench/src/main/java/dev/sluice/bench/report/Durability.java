package dev.sluice.bench.report;

import java.util.Map;

/** What a confirmed persistent message survives. Ratios are between providers of one class; the others are shown apart. */
enum Durability {
    ON_DISK("on disk", "Confirmed means on the disk."),
    NOT_DURABLE("not durable", "Confirmed means taken: what is confirmed can be lost with the machine's power."),
    UNKNOWN("durability unknown", "Not known to the report: in no ratio.");

    /** A provider that stands here says in its run's own sentence what a send waits for; this is the class that it competes in. */
    private static final Map<String, Durability> OF_PROVIDERS = Map.of(
            "sluice", ON_DISK,
            "artemis", ON_DISK,
            "artemis-aio", ON_DISK,
            "classic", ON_DISK,
            "qpid", ON_DISK,
            "rabbitmq", ON_DISK,
            "kafka-flush", ON_DISK,
            "kafka", NOT_DURABLE);

    private final String label;
    private final String meaning;

    Durability(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    static Durability of(String provider) {
        return OF_PROVIDERS.getOrDefault(provider, UNKNOWN);
    }

    String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }
}
