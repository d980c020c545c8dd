package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void medianIsTheMiddleOne() {
        assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).hasValue(new Spread(4, 1, 9, List.of(9.0, 1.0, 4.0)));
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(1.0, 10.0, 3.0, 4.0)).orElseThrow().median())
                .isEqualTo(3.5);
        assertThat(Spread.of(List.of(7.0)).orElseThrow().median()).isEqualTo(7);
    }

    @Test
    void ofNothingThereIsNone() {
        assertThat(Spread.of(List.of())).isEmpty();
    }

    @Test
    void axesHaveRoundStepsInTheUnitThatPeopleRead() {
        assertThat(Scale.upTo(16_000, 5, Unit.PER_SECOND)).isEqualTo(new Scale(5_000, 16_000));
        assertThat(Scale.upTo(10_000, 5, Unit.PER_SECOND)).isEqualTo(new Scale(2_000, 10_000));
        assertThat(Scale.upTo(0, 5, Unit.PLAIN)).isEqualTo(new Scale(0.2, 1));
        assertThat(Scale.upTo(1.7 * (1 << 30), 2, Unit.BYTES).step()).isEqualTo(1 << 30);
    }

    @Test
    void amountsAreWrittenForPeople() {
        assertThat(Unit.PER_SECOND.format(134_012.4)).isEqualTo("134,012/s");
        assertThat(Unit.MICROS.format(113.42)).isEqualTo("113 µs");
        assertThat(Unit.MICROS.format(17_340)).isEqualTo("17.3 ms");
        assertThat(Unit.MICROS.format(6_500_000)).isEqualTo("6.50 s");
        assertThat(Unit.MILLIS.format(650)).isEqualTo("650 ms");
        assertThat(Unit.BYTES.format(500L << 20)).isEqualTo("500 MiB");
        assertThat(Unit.BYTES.format(3L << 29)).isEqualTo("1.50 GiB");
        assertThat(Unit.TIMES.format(2.304)).isEqualTo("2.30 ×");
        assertThat(Unit.TIMES.format(0.0123)).isEqualTo("0.012 ×");
        assertThat(Unit.PLAIN.format(0)).isEqualTo("0");
    }
}
