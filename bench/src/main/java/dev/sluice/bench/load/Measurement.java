package dev.sluice.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The part of a run that counts, from when it is made until {@link #end}. Its times can be changed by who knows better when it began and ended. */
final class Measurement {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ServerMeter server;
    private final Gauges gauges;
    private final ServerMeter.Usage before;
    private final long startNanos;

    /** Begins. */
    Measurement(ServerMeter server, Gauges gauges) throws IOException {
        this.server = server;
        this.gauges = gauges;
        gauges.sent().take().reset();
        gauges.received().take().reset();
        this.before = server.now();
        this.startNanos = System.nanoTime();
        gauges.phase().measure(true);
    }

    /**
     * What was measured.
     *
     * @param residentBytes the server's memory at the end; negative when it is not known
     */
    record Measured(double seconds, Histogram sent, Histogram received, ServerMeter.Usage usage, long residentBytes) {
        /** The same events in another time. */
        Measured in(double otherSeconds) {
            return new Measured(otherSeconds, sent, received, usage, residentBytes);
        }

        /** What a cost is told for: what was sent or, where each message has several receivers, what was received. */
        long messages() {
            return Math.max(sent.getTotalCount(), received.getTotalCount());
        }
    }

    long startNanos() {
        return startNanos;
    }

    Measured end() throws IOException {
        gauges.phase().measure(false);
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        ServerMeter.Usage usage = server.now().since(before);
        return new Measured(seconds, gauges.sent().take(), gauges.received().take(), usage, server.residentBytes());
    }
}
