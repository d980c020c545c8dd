package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeterTest {
    private final Phase phase = new Phase();
    private final Meter meter = new Meter(phase);

    @Test
    void countsAlwaysAndTimesWhatIsMeasured() {
        Meter.Lane lane = meter.lane();
        lane.record(System.nanoTime());
        phase.measure(true);
        lane.record(System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(20));
        phase.measure(false);
        lane.record(System.nanoTime());

        Histogram times = meter.take();
        assertThat(meter.count()).isEqualTo(3);
        assertThat(times.getTotalCount()).isEqualTo(1);
        assertThat(times.getMaxValue()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void addsItsLanesUpAndStartsAnewWhenTaken() {
        phase.measure(true);
        meter.lane().record(System.nanoTime());
        meter.lane().record(System.nanoTime());

        assertThat(meter.take().getTotalCount()).isEqualTo(2);
        assertThat(meter.take().getTotalCount()).isZero();
        assertThat(meter.count()).isEqualTo(2);
    }

    @Test
    void whatCannotBeIsClipped() {
        phase.measure(true);
        Meter.Lane lane = meter.lane();
        lane.record(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        lane.record(System.nanoTime() - TimeUnit.HOURS.toNanos(1));

        Histogram times = meter.take();
        assertThat(times.getMinValue()).isZero();
        assertThat(times.getMaxValue()).isBetween(TimeUnit.MINUTES.toNanos(5), TimeUnit.MINUTES.toNanos(6));
    }
}
