package dev.sluice.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a run is told, by system properties {@code chaos.*}.
 *
 * @param minutes how long faults happen
 * @param seed chooses them
 * @param shards of the cluster
 * @param rate messages a second of each producer
 * @param faults which may happen
 * @param kills with no other fault than the death of the leader: as many, as fast as the cluster is healthy again, and no time
 */
record Options(double minutes, long seed, int shards, int rate, Set<Fault> faults, int kills) {
    private static final String ALL = "all";
    private static final String LEADER_KILL = "leader-kill";

    /** In half an hour so many leaders are killed at least. */
    private static final double LEADER_KILLS_PER_MINUTE = 105 / 30.0;

    static Options read() {
        return new Options(
                Double.parseDouble(property("minutes", "30")),
                Long.parseLong(property("seed", Long.toString(System.nanoTime()))),
                Integer.parseInt(property("shards", "1")),
                Integer.parseInt(property("rate", "40")),
                faults(property("faults", ALL)),
                Integer.parseInt(property("kills", "100")));
    }

    private static String property(String name, String fallback) {
        String value = System.getProperty("chaos." + name, "");
        // Maven passes on what it could not replace.
        return value.isEmpty() || value.startsWith("${") ? fallback : value;
    }

    private static Set<Fault> faults(String names) {
        if (names.isEmpty() || names.equals(ALL)) {
            return EnumSet.allOf(Fault.class);
        }
        if (names.equals(LEADER_KILL)) {
            return EnumSet.of(Fault.KILL_LEADER);
        }
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        Arrays.stream(names.split(","))
                .map(name -> Fault.valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')))
                .forEach(faults::add);
        return faults;
    }

    /** Whether the run ends by the number of kills. */
    boolean isKillsOnly() {
        return faults.equals(EnumSet.of(Fault.KILL_LEADER));
    }

    /** How many leaders should have been killed after so many minutes. */
    double leaderKillsDue(double after) {
        return faults.contains(Fault.KILL_LEADER) ? after * LEADER_KILLS_PER_MINUTE : 0;
    }

    /** For the process that makes the run. */
    List<String> asProperties() {
        return List.of(
                "-Dchaos.minutes=" + minutes,
                "-Dchaos.seed=" + seed,
                "-Dchaos.shards=" + shards,
                "-Dchaos.rate=" + rate,
                "-Dchaos.faults="
                        + String.join(",", faults.stream().map(Fault::name).toList()),
                "-Dchaos.kills=" + kills);
    }

    @Override
    public String toString() {
        return (isKillsOnly() ? kills + " leader kills" : minutes + " minutes, faults " + faults) + ", shards " + shards
                + ", " + rate + " messages/s of each producer, -Dchaos.seed=" + seed;
    }
}
