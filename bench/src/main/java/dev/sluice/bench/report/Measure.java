package dev.sluice.bench.report;

import java.util.OptionalDouble;
import java.util.function.Function;

/** Something that is measured in a run, and which way is better. */
record Measure(String name, Unit unit, boolean moreIsBetter, Function<Run, OptionalDouble> of) {
    static final Measure SENDS = at("sent", Unit.PER_SECOND, true, "sent.per_second");
    static final Measure DELIVERIES = at("delivered", Unit.PER_SECOND, true, "received.per_second");
    static final Measure DELIVERY_P99 = at("end to end, p99", Unit.MICROS, false, "received.p99_us");
    static final Measure FIRST_MESSAGE = at("first message after restart", Unit.MILLIS, false, "first_message_ms");
    static final Measure FILL_KEPT =
            ratio("last tenth to first", true, "last_tenth_per_second", "first_tenth_per_second");
    static final Measure BESIDE_READER =
            ratio("p99 beside to alone", false, "extra.p99_with_reader_us", "extra.p99_alone_us");
    static final Measure SERVER_CPU =
            new Measure("server CPU, µs a message", Unit.PLAIN, false, run -> run.number("server_cpu_us_per_message"));
    static final Measure CLIENT_CPU = new Measure("client CPU, µs a message", Unit.PLAIN, false, Measure::clientCpu);
    static final Measure FLUSHES = at("flushes per 1,000 messages", Unit.PLAIN, false, "flushes_per_1000");
    static final Measure RESIDENT = at("server's memory (RSS)", Unit.BYTES, false, "server_rss_bytes");
    static final Measure DISK = at("disk at the end", Unit.BYTES, false, "disk_bytes");

    /** The number at a path of the run. */
    static Measure at(String name, Unit unit, boolean moreIsBetter, String path) {
        return new Measure(name, unit, moreIsBetter, run -> run.number(path));
    }

    private static Measure ratio(String name, boolean moreIsBetter, String above, String below) {
        return new Measure(name, Unit.TIMES, moreIsBetter, run -> {
            OptionalDouble denominator = run.number(below);
            OptionalDouble numerator = run.number(above);
            return numerator.isPresent() && denominator.isPresent() && denominator.getAsDouble() > 0
                    ? OptionalDouble.of(numerator.getAsDouble() / denominator.getAsDouble())
                    : OptionalDouble.empty();
        });
    }

    /** Of the same messages that the server's figure is for, so that both may be added. */
    private static OptionalDouble clientCpu(Run run) {
        OptionalDouble client = run.number("client_cpu_seconds");
        OptionalDouble server = run.number("server_cpu_seconds");
        OptionalDouble serverMicros = run.number("server_cpu_us_per_message");
        if (client.isEmpty() || server.isEmpty() || serverMicros.isEmpty() || server.getAsDouble() <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(client.getAsDouble() * serverMicros.getAsDouble() / server.getAsDouble());
    }

    String format(double amount) {
        return unit.format(amount);
    }
}
