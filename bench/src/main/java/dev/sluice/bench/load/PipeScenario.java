package dev.sluice.bench.load;

import java.util.concurrent.TimeUnit;

/** Producers, consumers or both work for a time; what is left is taken out again. */
final class PipeScenario implements Scenario {
    @Override
    public void run(Run run) throws Exception {
        Options options = run.options();
        Pipe pipe = new Pipe(run, options.queue());
        pipe.open();
        pipe.start();
        run.crew().pass(TimeUnit.SECONDS.toNanos(options.warmupSeconds()));
        Measurement measurement = run.measure(pipe.gauges());
        run.crew().pass(TimeUnit.SECONDS.toNanos(options.seconds()));
        Result.put(run.result().root(), measurement.end());
        run.putDiskBytes();
        run.putAsynchronous();
        pipe.finish();
    }
}
