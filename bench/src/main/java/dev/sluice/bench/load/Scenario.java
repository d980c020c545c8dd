package dev.sluice.bench.load;

/** The order of events of a workload: who connects when, what is measured, what is left. */
interface Scenario {
    /** Runs to the end and writes what was measured into the run's result. */
    void run(Run run) throws Exception;

    /** The scenario of a workload. */
    static Scenario of(Workload workload) {
        return switch (workload) {
            case W7FILL -> new BacklogScenario.Fill();
            case W7DRAIN -> new BacklogScenario.Drain();
            case W7BOTH -> new BacklogScenario.Both();
            case W10 -> new RequestReplyScenario();
            case W12 -> new CatchUpScenario();
            default -> new PipeScenario();
        };
    }
}
