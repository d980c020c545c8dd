package dev.sluice.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who sends what where, and who must receive it: eight producers, eight consumers, and four that move messages in transactions. */
final class Workload {
    /** What a worker does. */
    enum Kind {
        /** Sends one by one. */
        SEND,
        /** Sends in local transactions, of which some are rolled back. */
        BATCH,
        /** Receives with AUTO_ACKNOWLEDGE. */
        TAKE,
        /** Receives with CLIENT_ACKNOWLEDGE. */
        ACKNOWLEDGE,
        /** Moves from one queue to another in local transactions. */
        MOVE,
        /** Moves one by one, in global transactions with a database. */
        GLOBAL
    }

    /** One worker; where it has no source or target it names none. {@code topic:name} and {@code queue:name}. */
    record Part(String name, Kind kind, String from, String to) {}

    /** Each message of these sources must come to one of these takers, once. */
    record Sink(String name, List<String> sources, List<String> takers) {}

    private static final String PLAIN = "queue:chaos.plain";
    private static final String LOCAL_IN = "queue:chaos.local.in";
    private static final String LOCAL_OUT = "queue:chaos.local.out";
    private static final String GLOBAL_IN = "queue:chaos.global.in";
    private static final String GLOBAL_OUT = "queue:chaos.global.out";
    private static final String EVENTS = "topic:chaos.events";
    private static final String NONE = "none";

    /** The queues that must be empty at the end. */
    static final List<String> QUEUES = List.of(PLAIN, LOCAL_IN, LOCAL_OUT, GLOBAL_IN, GLOBAL_OUT);

    static final List<Sink> SINKS = List.of(
            new Sink("plain", List.of("p0", "p1"), List.of("t0", "t1")),
            new Sink("local", List.of("p2", "p3"), List.of("t2", "t3")),
            new Sink("global", List.of("p4", "p5"), List.of("t4", "t5")),
            new Sink("first subscription", List.of("p6", "p7"), List.of("d0")),
            new Sink("second subscription", List.of("p6", "p7"), List.of("d1")));

    /** The client processes, by name, each on a host of its own. */
    static final Map<String, List<Part>> CLIENTS = clients();

    private Workload() {}

    private static Map<String, List<Part>> clients() {
        Map<String, List<Part>> clients = new LinkedHashMap<>();
        clients.put(
                "k0",
                List.of(
                        takes("t0", Kind.TAKE, PLAIN),
                        takes("t2", Kind.TAKE, LOCAL_OUT),
                        takes("t4", Kind.TAKE, GLOBAL_OUT),
                        takes("d0", Kind.TAKE, EVENTS),
                        new Part("m0", Kind.MOVE, LOCAL_IN, LOCAL_OUT)));
        clients.put(
                "k1",
                List.of(
                        takes("t1", Kind.ACKNOWLEDGE, PLAIN),
                        takes("t3", Kind.ACKNOWLEDGE, LOCAL_OUT),
                        takes("t5", Kind.ACKNOWLEDGE, GLOBAL_OUT),
                        takes("d1", Kind.ACKNOWLEDGE, EVENTS),
                        new Part("m1", Kind.MOVE, LOCAL_IN, LOCAL_OUT)));
        clients.put("k2", List.of(new Part("x0", Kind.GLOBAL, GLOBAL_IN, GLOBAL_OUT)));
        clients.put("k3", List.of(new Part("x1", Kind.GLOBAL, GLOBAL_IN, GLOBAL_OUT)));
        clients.put(
                "k4",
                List.of(
                        sends("p0", Kind.SEND, PLAIN),
                        sends("p2", Kind.BATCH, LOCAL_IN),
                        sends("p4", Kind.SEND, GLOBAL_IN),
                        sends("p6", Kind.SEND, EVENTS)));
        clients.put(
                "k5",
                List.of(
                        sends("p1", Kind.SEND, PLAIN),
                        sends("p3", Kind.BATCH, LOCAL_IN),
                        sends("p5", Kind.BATCH, GLOBAL_IN),
                        sends("p7", Kind.BATCH, EVENTS)));
        return clients;
    }

    private static Part sends(String name, Kind kind, String to) {
        return new Part(name, kind, NONE, to);
    }

    private static Part takes(String name, Kind kind, String from) {
        return new Part(name, kind, from, NONE);
    }

    /** What a sender's rate is divided by: a global transaction costs more than all else. */
    static int slowness(Part part) {
        return part.to.equals(GLOBAL_IN) ? 4 : 1;
    }

    static boolean isTopic(String destination) {
        return destination.startsWith("topic:");
    }

    /** The name behind {@code queue:} or {@code topic:}. */
    static String plainName(String destination) {
        return destination.substring(destination.indexOf(':') + 1);
    }

    /** Where the worker of that name sends. */
    static Part part(String name) {
        return CLIENTS.values().stream()
                .flatMap(List::stream)
                .filter(part -> part.name.equals(name))
                .findFirst()
                .orElseThrow();
    }
}
