package dev.sluice.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A workload as the report speaks of it.
 *
 * @param main what the bars show first
 * @param side of which events the percentiles are: {@code sent} or {@code received}
 * @param marks what is asked of Sluice, none for some
 * @param more what is drawn for this workload alone
 */
record Subject(String name, String title, Measure main, String side, List<Mark> marks, List<Measure> more) {
    private static final String SENT = "sent";
    private static final String RECEIVED = "received";

    private static final Map<String, Subject> ALL = new LinkedHashMap<>();

    static {
        add("w1", "1 synchronous producer, persistent, 1 KiB", Measure.SENDS, SENT, Mark.atLeast(1.5, Measure.SENDS));
        add("w2", "16 synchronous producers, persistent, 1 KiB", Measure.SENDS, SENT, Mark.atLeast(2, Measure.SENDS));
        add(
                "w3",
                "pipe: 4 producers, 4 consumers, persistent, 1 KiB, as fast as it goes",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(2.5, Measure.DELIVERIES));
        add("w3r", "the same pipe at 5,000/s", Measure.DELIVERY_P99, RECEIVED, Mark.atMost(0.5, Measure.DELIVERY_P99));
        add(
                "w4",
                "pipe: 4 producers, 4 consumers, non-persistent, 256 B, as fast as it goes",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(2, Measure.DELIVERIES));
        add("w4r", "the same pipe at 20,000/s", Measure.DELIVERY_P99, RECEIVED, Mark.atMost(0.5, Measure.DELIVERY_P99));
        add(
                "w5",
                "1 asynchronous producer, persistent, 1 KiB",
                Measure.SENDS,
                SENT,
                Mark.atLeast(2.5, Measure.SENDS),
                Mark.atLeast(0.8, Measure.SENDS).against("kafka"));
        add(
                "w6",
                "topic to 10 subscribers, non-persistent, 256 B",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(2, Measure.DELIVERIES));
        add(
                "w6d",
                "topic to 10 durable subscribers, persistent, 1 KiB",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(2, Measure.DELIVERIES));
        add(
                "w7fill",
                "backlog of a million × 1 KiB: fill",
                Measure.SENDS,
                SENT,
                Mark.atLeast(2, Measure.SENDS),
                Mark.itselfAtLeast(0.9, Measure.FILL_KEPT));
        add(
                "w7drain",
                "backlog: drain after SIGKILL and restart",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(3, Measure.DELIVERIES),
                Mark.itselfAtMost(1_000, Measure.FIRST_MESSAGE));
        add("w7both", "backlog: drain while 2 producers fill", Measure.DELIVERIES, RECEIVED);
        add(
                "w8",
                "transacted pipe: 4 producers, 4 consumers, 100 a commit",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(1.5, Measure.DELIVERIES));
        add(
                "w9",
                "100 consumers with selectors on one queue",
                Measure.DELIVERIES,
                RECEIVED,
                Mark.atLeast(2, Measure.DELIVERIES));
        add("w10", "request and reply, 1 to 64 clients", Measure.DELIVERIES, RECEIVED);
        more("w10", roundTrips(1), roundTrips(4), roundTrips(16), roundTrips(64));
        add("w11", "10,000 queues", Measure.DELIVERIES, RECEIVED);
        more("w11", Measure.at("queues created", Unit.PER_SECOND, true, "extra.creations_per_second"));
        add(
                "w12",
                "pipe at 2,000/s, alone and beside a reader of an old backlog",
                Measure.DELIVERY_P99,
                RECEIVED,
                Mark.itselfAtMost(2, Measure.BESIDE_READER));
    }

    Subject {
        marks = List.copyOf(marks);
        more = List.copyOf(more);
    }

    private static void add(String name, String title, Measure main, String side, Mark... marks) {
        ALL.put(name, new Subject(name, title, main, side, List.of(marks), List.of()));
    }

    private static void more(String name, Measure... measures) {
        Subject known = of(name);
        ALL.put(name, new Subject(name, known.title(), known.main(), known.side(), known.marks(), List.of(measures)));
    }

    private static Measure roundTrips(int clients) {
        String path = "extra.clients." + clients + ".received.per_second";
        return Measure.at("round trips with " + Wording.count(clients, "client"), Unit.PER_SECOND, true, path);
    }

    /** The known workloads, in the order of the report. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    static Subject of(String name) {
        Subject known = ALL.get(name);
        return known != null ? known : new Subject(name, "", Measure.SENDS, SENT, List.of(), List.of());
    }
}
