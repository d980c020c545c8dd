package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Confirmations;
import dev.sluice.bench.load.LoadClient.Producer;

/** Sends by one producer until its share is sent or the phase says so. */
final class SendWorker implements Crew.Work {
    private final Producer producer;
    private final Share share;
    private final Manner manner;
    private final Phase phase;
    private final Meter.Lane lane;
    private long started;

    SendWorker(Producer producer, Share share, Manner manner, Gauges gauges) {
        this.producer = producer;
        this.share = share;
        this.manner = manner;
        this.phase = gauges.phase();
        this.lane = gauges.sent().lane();
    }

    /**
     * What one of several producers does.
     *
     * @param messages how many it sends at the most
     * @param queues it goes round over
     * @param numbers values that its messages' property goes round over; 0 for no property
     */
    record Share(int index, int sharers, long messages, int queues, int numbers) {
        static final long UNTIL_TOLD = Long.MAX_VALUE;

        /** The share of {@code index} in a number of messages. */
        static Share of(long messages, int index, int sharers) {
            return new Share(index, sharers, messages / sharers + (index < messages % sharers ? 1 : 0), 1, 0);
        }

        /** Where a round over {@code count} things is at the n-th message; sharers begin at different places. */
        int turn(long n, int count) {
            return (int) ((n + (long) index * count / sharers) % count);
        }
    }

    /**
     * How messages are sent.
     *
     * @param outstanding the most that are unconfirmed, for asynchronous sends
     * @param commitEvery messages in a transaction; 0 for none
     */
    record Manner(int bodyBytes, int rate, int outstanding, int commitEvery, Asynchronously asynchronously) {}

    /** Whether sends are asynchronous; asked and told by all producers of a run. */
    static final class Asynchronously {
        private final Workload.Sending sending;
        private volatile boolean possible = true;

        Asynchronously(Workload.Sending sending) {
            this.sending = sending;
        }

        /** As far as is known by now. */
        boolean isSo() {
            return sending != Workload.Sending.SYNCHRONOUS && possible;
        }

        private void isImpossible(UnsupportedOperationException reason) {
            if (sending == Workload.Sending.ASYNCHRONOUS) {
                throw new IllegalStateException(
                        "the provider cannot send asynchronously with a CompletionListener: " + reason.getMessage(),
                        reason);
            }
            possible = false;
        }
    }

    @Override
    public void run() throws Exception {
        Outgoing message = new Outgoing(manner.bodyBytes());
        Schedule schedule = new Schedule(System.nanoTime(), manner.rate(), share.sharers(), share.index());
        if (manner.asynchronously().isSo()) {
            sendAsynchronously(message, schedule);
        }
        if (manner.commitEvery() > 0) {
            sendInTransactions(message, schedule);
        } else {
            sendSynchronously(message, schedule);
        }
    }

    private boolean hasMore() {
        return started < share.messages() && phase.isSending();
    }

    private void prepare(Outgoing message, long startNanos) {
        message.start(startNanos);
        message.destination(share.turn(started, share.queues()));
        if (share.numbers() > 0) {
            message.number(share.turn(started, share.numbers()));
        }
        started++;
    }

    private void sendSynchronously(Outgoing message, Schedule schedule) throws Exception {
        while (hasMore()) {
            prepare(message, schedule.await());
            producer.send(message);
            lane.record(message.start());
        }
    }

    /** A message that was sent is confirmed when its transaction has committed. */
    private void sendInTransactions(Outgoing message, Schedule schedule) throws Exception {
        long[] starts = new long[manner.commitEvery()];
        while (hasMore()) {
            for (int index = 0; index < starts.length; index++) {
                starts[index] = schedule.await();
                prepare(message, starts[index]);
                producer.send(message);
            }
            producer.commit();
            for (long start : starts) {
                lane.record(start);
            }
        }
    }

    /** Sends until all is confirmed, or returns with the rest when the provider cannot. */
    private void sendAsynchronously(Outgoing message, Schedule schedule) throws Exception {
        Window window = new Window(manner.outstanding());
        Confirmations confirmations = confirmations(window);
        while (hasMore()) {
            window.enter();
            prepare(message, schedule.await());
            try {
                producer.sendAsynchronously(message, confirmations);
            } catch (UnsupportedOperationException e) {
                manner.asynchronously().isImpossible(e);
                started--;
                return;
            }
        }
        window.awaitEmpty();
    }

    private Confirmations confirmations(Window window) {
        return new Confirmations() {
            @Override
            public void confirmed(long startNanos) {
                lane.record(startNanos);
                window.leave();
            }

            @Override
            public void failed(Exception reason) {
                window.fail(reason);
            }
        };
    }
}
