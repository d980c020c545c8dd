package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Consumer;
import dev.sluice.bench.load.LoadClient.Link;
import dev.sluice.bench.load.LoadClient.Settlement;
import dev.sluice.bench.load.LoadClient.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/** Consumers that share gauges, each with a worker of its own, from the first connection until they know that all came. */
final class Receivers {
    private final Run run;
    private final Gauges gauges;
    private final Set<Link> links = new LinkedHashSet<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<Future<?>> workers = new ArrayList<>();

    Receivers(Run run, Gauges gauges) {
        this.run = run;
        this.gauges = gauges;
    }

    /** One more, on a link that may have others. */
    void open(Link link, Source source, Settlement settlement) throws Exception {
        boolean unused = links.add(link);
        consumers.add(link.consumer(source, settlement));
    }

    /** As many on one queue, each on a link of its own. */
    void open(int count, String queue, Settlement settlement) throws Exception {
        for (int index = 0; index < count; index++) {
            open(run.connect(), Source.queue(queue), settlement);
        }
    }

    /** @param commitEvery messages in a transaction; 0 for none */
    void start(int commitEvery) {
        for (Consumer consumer : consumers) {
            workers.add(run.crew().start(new ReceiveWorker(consumer, commitEvery, gauges)));
        }
    }

    /** Waits until all came, as long as something comes, and closes; fails when it were not exactly as many. */
    void awaitAll(long expected) throws Exception {
        run.awaitProgress(gauges.received(), expected, "received");
        gauges.phase().end();
        close(expected);
    }

    /** Waits for the rest for a time only, and closes; returns how many did not come. */
    long await(long expected, long nanos) throws Exception {
        boolean all = run.crew().await(() -> gauges.received().count() >= expected, nanos);
        if (all) {
            gauges.phase().end();
        } else {
            gauges.phase().abort();
        }
        close(expected);
        return expected - gauges.received().count();
    }

    private void close(long expected) throws Exception {
        run.crew().awaitEnd(workers);
        links.forEach(run::disconnect);
        long count = gauges.received().count();
        if (count > expected) {
            throw new IllegalStateException(
                    count + " messages came, " + expected + " were sent: some came more than once");
        }
    }
}
