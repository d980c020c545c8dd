package dev.sluice.bench.load;

import dev.sluice.bench.load.Measurement.Measured;
import java.util.concurrent.TimeUnit;

/**
 * A slow pipe, alone for half of the time, and then beside one reader that receives the old backlog of another queue. What the result
 * says at the top is the second half, which ends when the reader is done.
 */
final class CatchUpScenario implements Scenario {
    private static final double P99 = 99;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    @Override
    public void run(Run run) throws Exception {
        Options options = run.options();
        String backlogQueue = options.queue() + ".backlog";
        int backlog = options.messages();
        long half = TimeUnit.SECONDS.toNanos(options.seconds()) / 2;
        run.fill(backlogQueue, backlog);
        Pipe pipe = new Pipe(run, options.queue());
        pipe.open();
        pipe.start();
        run.crew().pass(TimeUnit.SECONDS.toNanos(options.warmupSeconds()));
        Measurement first = run.measure(pipe.gauges());
        run.crew().pass(half);
        Measured alone = first.end();

        Gauges reading = Gauges.create();
        Meter read = reading.received();
        Receivers reader = new Receivers(run, reading);
        reader.open(1, backlogQueue, options.settlement());
        Measurement second = run.measure(pipe.gauges());
        reader.start(0);
        boolean unused = run.crew().await(() -> read.count() >= backlog, half);
        long readCount = read.count();
        long readNanos = System.nanoTime() - second.startNanos();
        Measured beside = second.end();

        put(run.result(), alone, beside);
        run.result().extra().put("reader_per_second", Math.round(readCount * NANOS_PER_SECOND / readNanos));
        run.putDiskBytes();
        pipe.finish();
        run.finish(reader, backlogQueue, backlog);
    }

    private static void put(Result result, Measured alone, Measured beside) {
        Result.put(result.root(), beside);
        Result.put(result.extra().putObject("alone"), alone);
        result.extra().put("p99_alone_us", Result.percentile(alone.received(), P99));
        result.extra().put("p99_with_reader_us", Result.percentile(beside.received(), P99));
    }
}
