package dev.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one run measures, and against whom.
 *
 * @param factory the class of the connection factory; it has a constructor that takes the URL
 * @param outstanding the most unconfirmed messages of an asynchronous producer
 * @param commitEvery messages in a transaction, on both sides; 0 for sessions that are not transacted
 */
record Options(
        Workload workload,
        String factory,
        String url,
        int warmupSeconds,
        int measuredSeconds,
        int outstanding,
        int commitEvery,
        String queue) {
    static final String USAGE = "Usage: LoadGenerator --workload w1|w2|w3|w4|w5|w8"
            + " [--url sluice://localhost:7676] [--factory dev.sluice.SluiceConnectionFactory]"
            + " [--warmup SECONDS] [--seconds SECONDS] [--outstanding N] [--commit N] [--queue NAME]";

    private static final Map<String, String> DEFAULTS = defaults();

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("--workload", "");
        defaults.put("--url", "sluice://localhost:7676");
        defaults.put("--factory", "dev.sluice.SluiceConnectionFactory");
        defaults.put("--warmup", "5");
        defaults.put("--seconds", "20");
        defaults.put("--outstanding", "1000");
        defaults.put("--commit", "");
        defaults.put("--queue", "");
        return defaults;
    }

    /** Reads the command line; throws {@link IllegalArgumentException} that says what is wrong with it. */
    static Options parse(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
        List<String> rest = new ArrayList<>(List.of(arguments));
        while (!rest.isEmpty()) {
            String name = rest.remove(0);
            if (!values.containsKey(name)) {
                throw new IllegalArgumentException("unknown option " + name + "; known are " + DEFAULTS.keySet());
            }
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            values.put(name, rest.remove(0));
        }
        Workload workload = workload(value(values, "--workload"));
        if (value(values, "--commit").isEmpty()) {
            values.put("--commit", Integer.toString(workload.commitEvery()));
        }
        int commitEvery = number(values, "--commit", 0);
        if (commitEvery > 0 && workload.asynchronous()) {
            throw new IllegalArgumentException(
                    "--commit is for synchronous producers; " + name(workload) + " has none");
        }
        String queue = value(values, "--queue");
        return new Options(
                workload,
                value(values, "--factory"),
                value(values, "--url"),
                number(values, "--warmup", 0),
                number(values, "--seconds", 1),
                number(values, "--outstanding", 1),
                commitEvery,
                queue.isEmpty() ? "bench." + name(workload) + "." + System.currentTimeMillis() : queue);
    }

    /** The same without transactions. */
    Options untransacted() {
        return new Options(workload, factory, url, warmupSeconds, measuredSeconds, outstanding, 0, queue);
    }

    private static Workload workload(String text) {
        for (Workload workload : Workload.values()) {
            if (name(workload).equals(text.toLowerCase(Locale.ROOT))) {
                return workload;
            }
        }
        throw new IllegalArgumentException("--workload is '" + text + "'; it must be w1 to w5, or w8");
    }

    private static int number(Map<String, String> values, String name, int least) {
        String text = value(values, name);
        try {
            int number = Integer.parseInt(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is '" + text + "'; it must be a number", e);
        }
        throw new IllegalArgumentException(name + " is " + text + "; it must be at least " + least);
    }

    private static String value(Map<String, String> values, String name) {
        return values.getOrDefault(name, "");
    }

    /** The workload's name as it is written on the command line and in results. */
    static String name(Workload workload) {
        return workload.name().toLowerCase(Locale.ROOT);
    }
}
