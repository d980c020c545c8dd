package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Consumer;

/** Receives by one consumer until the phase is over and nothing comes any more, or it is aborted. */
final class ReceiveWorker implements Crew.Work {
    private static final long PATIENCE_MILLIS = 100;

    private final Consumer consumer;
    private final int commitEvery;
    private final Phase phase;
    private final Meter.Lane lane;

    /** @param commitEvery messages in a transaction; 0 for none */
    ReceiveWorker(Consumer consumer, int commitEvery, Gauges gauges) {
        this.consumer = consumer;
        this.commitEvery = commitEvery;
        this.phase = gauges.phase();
        this.lane = gauges.received().lane();
    }

    @Override
    public void run() throws Exception {
        int unsettled = 0;
        boolean goesOn = true;
        while (goesOn) {
            long start = consumer.receive(PATIENCE_MILLIS);
            boolean came = start != Consumer.NONE;
            if (came) {
                lane.record(start);
                unsettled++;
            }
            goesOn = came ? !phase.isAborted() : !phase.isOver();
            if (unsettled > 0 && (unsettled == commitEvery || !came || !goesOn)) {
                consumer.settle();
                unsettled = 0;
            }
        }
    }
}
