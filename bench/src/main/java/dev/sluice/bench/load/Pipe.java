package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Arrivals;
import dev.sluice.bench.load.LoadClient.Link;
import dev.sluice.bench.load.LoadClient.Source;
import dev.sluice.bench.load.LoadClient.Target;
import dev.sluice.bench.load.SendWorker.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The producers and consumers of a workload with a queue, a topic or many queues between them, from the first connection to the last message. */
final class Pipe {
    /** Consumers of one queue that select share connections, as they would in few applications. */
    private static final int SHARED_LINKS = 4;

    private final Run run;
    private final Workload.Shape shape;
    private final String name;
    private final Gauges gauges = Gauges.create();
    private final Receivers receivers;
    private final Senders senders;
    private volatile @Nullable Exception lost;

    /** @param name of the queue or topic, or the first part of the queues' names */
    Pipe(Run run, String name) {
        this.run = run;
        this.shape = run.shape();
        this.name = name;
        this.receivers = new Receivers(run, gauges);
        this.senders = new Senders(run, gauges);
    }

    Gauges gauges() {
        return gauges;
    }

    /** Connects consumers first, then producers, so that no message of a topic has passed before. */
    void open() throws Exception {
        if (shape.consuming() == Workload.Consuming.MANY_QUEUES) {
            openListeners();
        } else {
            openConsumers();
        }
        boolean transacted = run.options().commitEvery() > 0;
        senders.open(shape.producers(), new Target(names(), shape.isTopic(), shape.persistent(), transacted));
    }

    private void openConsumers() throws Exception {
        boolean share = shape.consuming() == Workload.Consuming.BY_SELECTOR;
        List<Link> links = new ArrayList<>();
        for (int index = 0; index < shape.consumers(); index++) {
            if (!share || index < SHARED_LINKS) {
                links.add(run.connect());
            }
            receivers.open(
                    links.get(index % links.size()),
                    source(index),
                    run.options().settlement());
        }
    }

    private Source source(int index) {
        return switch (shape.consuming()) {
            case TOPIC -> new Source(Source.Kind.TOPIC, name, "");
            case DURABLE_TOPIC -> new Source(Source.Kind.DURABLE_TOPIC, name, "");
            case BY_SELECTOR -> new Source(Source.Kind.QUEUE, name, "n = " + index);
            case QUEUE, MANY_QUEUES -> Source.queue(name);
        };
    }

    /** Each connection's consumers are on their part of the queues. */
    private void openListeners() throws Exception {
        List<String> names = names();
        int connections = shape.consumers();
        long start = System.nanoTime();
        for (int index = 0; index < connections; index++) {
            int from = (int) ((long) names.size() * index / connections);
            int to = (int) ((long) names.size() * (index + 1) / connections);
            run.connect()
                    .listen(names.subList(from, to), arrivals(gauges.received().lane()));
        }
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        run.result().extra().put("queues", names.size());
        run.result().extra().put("creation_seconds", Result.rounded(seconds, 3));
        run.result().extra().put("creations_per_second", Math.round(names.size() / seconds));
    }

    private Arrivals arrivals(Meter.Lane lane) {
        return new Arrivals() {
            @Override
            public void arrived(long startNanos) {
                lane.record(startNanos);
            }

            @Override
            public void failed(Exception reason) {
                lost = reason;
            }
        };
    }

    private List<String> names() {
        if (shape.consuming() != Workload.Consuming.MANY_QUEUES) {
            return List.of(name);
        }
        List<String> names = new ArrayList<>();
        for (int index = 0; index < run.options().queues(); index++) {
            names.add(name + "." + index);
        }
        return names;
    }

    /** Lets all work. */
    void start() {
        receivers.start(run.options().commitEvery());
        int queues = shape.consuming() == Workload.Consuming.MANY_QUEUES
                ? run.options().queues()
                : 1;
        int numbers = shape.consuming() == Workload.Consuming.BY_SELECTOR ? shape.consumers() : 0;
        senders.start(run.manner(), index -> new Share(index, shape.producers(), Share.UNTIL_TOLD, queues, numbers));
    }

    /** Stops the producers and empties what is between them and the consumers; fails when something did not come or came twice. */
    void finish() throws Exception {
        gauges.phase().stopSending();
        long sent = senders.awaitEnd();
        if (shape.consumers() == 0) {
            run.empty(name, sent);
            return;
        }
        switch (shape.consuming()) {
            case QUEUE, BY_SELECTOR -> run.finish(receivers, name, sent);
            case MANY_QUEUES -> receivers.awaitAll(sent);
            // What is left goes with the subscriptions.
            case TOPIC -> run.putUnread(receivers.await(sent * shape.consumers(), Run.GRACE_NANOS));
            case DURABLE_TOPIC -> finishDurable(sent * shape.consumers());
        }
        if (lost != null) {
            throw lost;
        }
    }

    private void finishDurable(long expected) throws Exception {
        long before = gauges.received().count();
        long unread = receivers.await(expected, Run.PATIENCE_NANOS);
        if (unread > 0 && gauges.received().count() == before) {
            throw new IllegalStateException(
                    "only " + before + " of " + expected + " messages were received, and nothing more came");
        }
        run.putUnread(unread);
    }
}
