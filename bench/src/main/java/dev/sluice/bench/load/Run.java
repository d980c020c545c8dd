package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Link;
import dev.sluice.bench.load.LoadClient.Settlement;
import dev.sluice.bench.load.LoadClient.Target;
import dev.sluice.bench.load.SendWorker.Asynchronously;
import dev.sluice.bench.load.SendWorker.Manner;
import dev.sluice.bench.load.SendWorker.Share;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the parts of one run use together: the client with its links, the threads, the server's meter, the result. Belongs to the main thread. */
final class Run implements AutoCloseable {
    /** Long for a server that works at all; a run that takes longer says what it lacks. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Receivers that keep up are done long before. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int HELPERS = 4;

    private final Options options;
    private final LoadClient client;
    private final Crew crew = new Crew();
    private ServerMeter server;
    private final Result result;
    private final Asynchronously asynchronously;
    private final Deque<Link> links = new ArrayDeque<>();

    Run(Options options, LoadClient client) {
        this.options = options;
        this.client = client;
        this.server = new ServerMeter(options.serverPid(), options.dataDirectory());
        this.result = new Result(options);
        this.asynchronously = new Asynchronously(options.workload().shape().sending());
    }

    Options options() {
        return options;
    }

    Workload.Shape shape() {
        return options.workload().shape();
    }

    Crew crew() {
        return crew;
    }

    Result result() {
        return result;
    }

    /** A connection that is closed with the run. */
    Link connect() throws Exception {
        Link link = client.connect();
        links.push(link);
        return link;
    }

    /** Closes a connection before the run ends. */
    void disconnect(Link link) {
        boolean unused = links.remove(link);
        link.close();
    }

    /** The server is this process; for one that was not there when the run began. */
    void serverIs(long pid) {
        server = new ServerMeter(pid, options.dataDirectory());
    }

    Measurement measure(Gauges gauges) throws IOException {
        return new Measurement(server, gauges);
    }

    void putDiskBytes() throws Exception {
        long bytes = server.diskBytes();
        if (bytes >= 0) {
            result.root().put("disk_bytes", bytes);
        }
    }

    /** How the workload's producers send, at the rate of the command line. */
    Manner manner() {
        return new Manner(
                shape().bodyBytes(), options.rate(), options.outstanding(), options.commitEvery(), asynchronously);
    }

    /** As fast as it goes, as many messages as there shall be. */
    Manner fillingManner() {
        Asynchronously wherePossible = new Asynchronously(Workload.Sending.ASYNCHRONOUS_WHERE_POSSIBLE);
        return new Manner(shape().bodyBytes(), 0, options.outstanding(), 0, wherePossible);
    }

    /** Says whether sends were asynchronous, where that is the provider's matter. */
    void putAsynchronous() {
        if (shape().sending() == Workload.Sending.ASYNCHRONOUS_WHERE_POSSIBLE) {
            result.extra().put("asynchronous", asynchronously.isSo());
        }
    }

    /** Fills a queue with persistent messages, until all are confirmed. */
    void fill(String queue, int messages) throws Exception {
        Gauges gauges = Gauges.create();
        Senders senders = new Senders(this, gauges);
        senders.open(HELPERS, new Target(List.of(queue), false, true, false));
        senders.start(fillingManner(), index -> Share.of(messages, index, HELPERS));
        awaitProgress(gauges.sent(), messages, "confirmed");
        long unused = senders.awaitEnd();
    }

    /** Takes what is left away, the fastest way. The number is known: when it is another, the run fails or, for what may be lost, tells it. */
    void empty(String queue, long expected) throws Exception {
        if (client.remove(queue) || expected == 0) {
            return;
        }
        Receivers receivers = new Receivers(this, Gauges.create());
        receivers.open(HELPERS, queue, Settlement.DUPS_OK);
        receivers.start(0);
        if (shape().persistent()) {
            receivers.awaitAll(expected);
        } else {
            long lost = receivers.await(expected, PATIENCE_NANOS);
            if (lost > 0) {
                result.extra().put("lost", lost);
            }
        }
    }

    /** Ends the receivers of a queue soon after the last send, and empties it when they are not done. */
    void finish(Receivers receivers, String queue, long expected) throws Exception {
        long unread = receivers.await(expected, GRACE_NANOS);
        putUnread(unread);
        empty(queue, unread);
    }

    /** How many messages were waiting for their receivers, seconds after the last send. */
    void putUnread(long count) {
        if (count > 0) {
            result.extra().put("unread", count);
        }
    }

    /** Waits as long as something happens. */
    void awaitProgress(Meter meter, long expected, String verb) throws Exception {
        long before = -1;
        while (!crew.await(() -> meter.count() >= expected, PATIENCE_NANOS)) {
            if (meter.count() == before) {
                throw new IllegalStateException(String.format(
                        "only %d of %d messages were %s; nothing more happened in %d s",
                        before, expected, verb, TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)));
            }
            before = meter.count();
        }
    }

    /** Closes all links, the last one first: who answers is there as long as who asks. */
    @Override
    public void close() {
        crew.close();
        while (!links.isEmpty()) {
            links.pop().close();
        }
        client.close();
    }
}
