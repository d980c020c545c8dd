package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Target;
import dev.sluice.bench.load.SendWorker.Share;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A queue that holds many messages: how fast it gets them, and how fast it gives them. */
abstract class BacklogScenario implements Scenario {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Sends all, and leaves them there. */
    static final class Fill extends BacklogScenario {
        @Override
        public void run(Run run) throws Exception {
            int messages = run.options().messages();
            int tenth = messages / 10;
            Gauges gauges = Gauges.create();
            Meter sent = gauges.sent();
            Senders senders = senders(run, gauges);
            Measurement measurement = run.measure(gauges);
            senders.start(
                    run.manner(), index -> Share.of(messages, index, run.shape().producers()));
            run.awaitProgress(sent, tenth, "confirmed");
            long first = rate(sent.count(), measurement.startNanos());
            run.awaitProgress(sent, messages - tenth, "confirmed");
            long countBefore = sent.count();
            long startOfLast = System.nanoTime();
            run.awaitProgress(sent, messages, "confirmed");
            // Of few messages the last come all at once.
            long last = rate(messages - countBefore, startOfLast);
            long unused = senders.awaitEnd();
            Result.put(run.result().root(), measurement.end());
            run.result().root().put("first_tenth_per_second", first);
            if (last > 0) {
                run.result().root().put("last_tenth_per_second", last);
            }
            run.putAsynchronous();
            run.putDiskBytes();
        }

        private static long rate(long count, long startNanos) {
            return Math.round(count * NANOS_PER_SECOND / Math.max(1, System.nanoTime() - startNanos));
        }
    }

    /**
     * Receives as many as there are said to be; the time is that from the first message to the last. Where the server starts after it, it
     * looks for it like an application that was there all the time.
     */
    static final class Drain extends BacklogScenario {
        private static final long CONNECT_SECONDS = 300;
        private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

        private static final int ATTEMPTS_TO_LOAD = 5;

        @Override
        public void run(Run run) throws Exception {
            long messages = run.options().messages();
            long since = awaitServer(run);
            Gauges gauges = Gauges.create();
            Meter received = gauges.received();
            Receivers receivers = receivers(run, gauges);
            Measurement measurement = run.measure(gauges);
            receivers.start(0);
            run.awaitProgress(received, 1, "received");
            long firstNanos = System.nanoTime();
            if (since > 0) {
                run.result().root().put("first_message_ms", System.currentTimeMillis() - since);
            }
            run.awaitProgress(received, messages, "received");
            double seconds = (System.nanoTime() - firstNanos) / NANOS_PER_SECOND;
            Result.put(run.result().root(), measurement.end().in(seconds));
            run.result().forgetTimesOfReceived();
            run.putDiskBytes();
            receivers.awaitAll(messages);
            run.empty(run.options().queue(), 0);
        }

        /** Tries again and again, as long as a server may take to read its data. Returns when it was started; 0 when it was there before. */
        private static long awaitServer(Run run) throws Exception {
            Path started = run.options().started();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS);
            for (int attempt = 1; started != null && !isThere(run); attempt++) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("no server answered in " + CONNECT_SECONDS + " s");
                }
                if (attempt == ATTEMPTS_TO_LOAD) {
                    System.err.println(LoadGenerator.WAITING);
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            if (started == null) {
                return 0;
            }
            String[] words = Files.readString(started).strip().split(" ", 2);
            run.serverIs(Long.parseLong(words[0]));
            return Long.parseLong(words[1]);
        }

        private static boolean isThere(Run run) {
            try {
                // Some take connections before they have read their data: a producer asks for the queue itself.
                Target queue = new Target(List.of(run.options().queue()), false, true, false);
                LoadClient.Producer unused = run.connect().producer(queue);
                return true;
            } catch (Exception e) {
                return false;
            }
        }
    }

    /** Receives a backlog while more is sent, until it is gone or the time is over. */
    static final class Both extends BacklogScenario {
        @Override
        public void run(Run run) throws Exception {
            Options options = run.options();
            int backlog = options.messages();
            run.fill(options.queue(), backlog);
            Gauges gauges = Gauges.create();
            Meter sent = gauges.sent();
            Meter received = gauges.received();
            Receivers receivers = receivers(run, gauges);
            Senders senders = senders(run, gauges);
            Measurement measurement = run.measure(gauges);
            senders.start(
                    run.manner(),
                    index -> Share.of(Share.UNTIL_TOLD, index, run.shape().producers()));
            receivers.start(0);
            boolean gone = run.crew()
                    .await(
                            () -> received.count() >= backlog + sent.count(),
                            TimeUnit.SECONDS.toNanos(options.seconds()));
            Result.put(run.result().root(), measurement.end());
            run.result().forgetTimesOfReceived();
            run.putDiskBytes();
            run.putAsynchronous();
            gauges.phase().stopSending();
            run.result().extra().put("backlog", backlog);
            run.result().extra().put("left", gone ? 0 : backlog + sent.count() - received.count());
            long expected = backlog + senders.awaitEnd();
            run.finish(receivers, options.queue(), expected);
        }
    }

    private static Senders senders(Run run, Gauges gauges) throws Exception {
        Senders senders = new Senders(run, gauges);
        List<String> queue = List.of(run.options().queue());
        senders.open(run.shape().producers(), new Target(queue, false, true, false));
        return senders;
    }

    private static Receivers receivers(Run run, Gauges gauges) throws Exception {
        Receivers receivers = new Receivers(run, gauges);
        receivers.open(
                run.shape().consumers(), run.options().queue(), run.options().settlement());
        return receivers;
    }
}
