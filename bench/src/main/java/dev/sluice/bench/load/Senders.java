package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Producer;
import dev.sluice.bench.load.LoadClient.Target;
import dev.sluice.bench.load.SendWorker.Manner;
import dev.sluice.bench.load.SendWorker.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Producers that share gauges, each with a link and a worker of its own. */
final class Senders {
    private final Run run;
    private final Gauges gauges;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Future<?>> workers = new ArrayList<>();

    Senders(Run run, Gauges gauges) {
        this.run = run;
        this.gauges = gauges;
    }

    void open(int count, Target target) throws Exception {
        for (int index = 0; index < count; index++) {
            producers.add(run.connect().producer(target));
        }
    }

    /** @param share what the producer with an index does */
    void start(Manner manner, IntFunction<Share> share) {
        for (int index = 0; index < producers.size(); index++) {
            workers.add(run.crew().start(new SendWorker(producers.get(index), share.apply(index), manner, gauges)));
        }
    }

    /** Until they have sent their shares, or what they began when they were told to stop; returns how many messages are confirmed. */
    long awaitEnd() throws Exception {
        run.crew().awaitEnd(workers);
        return gauges.sent().count();
    }
}
