package dev.sluice.bench.load;

/**
 * What the workers of a run, or of a part of it, are told and write.
 *
 * @param sent from the planned time of a message until it is confirmed
 * @param received from the planned time of a message until a consumer has it
 */
record Gauges(Phase phase, Meter sent, Meter received) {
    static Gauges create() {
        Phase phase = new Phase();
        return new Gauges(phase, new Meter(phase), new Meter(phase));
    }
}
