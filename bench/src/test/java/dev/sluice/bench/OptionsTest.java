package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void takesWhatIsSaidAndDefaultsForTheRest() {
        Options options = Options.parse("--workload", "w3", "--seconds", "7", "--queue", "q");

        assertThat(options.workload()).isEqualTo(Workload.W3);
        assertThat(options.measuredSeconds()).isEqualTo(7);
        assertThat(options.warmupSeconds()).isEqualTo(5);
        assertThat(options.queue()).isEqualTo("q");
        assertThat(options.url()).isEqualTo("sluice://localhost:7676");
    }

    @Test
    void transactionsAreTheWorkloadsOrWhatIsSaid() {
        assertThat(Options.parse("--workload", "w1").commitEvery()).isZero();
        assertThat(Options.parse("--workload", "w8").commitEvery()).isEqualTo(100);
        assertThat(Options.parse("--workload", "w1", "--commit", "1").commitEvery())
                .isEqualTo(1);
        assertThatThrownBy(() -> Options.parse("--workload", "w5", "--commit", "1"))
                .hasMessageContaining("synchronous");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Options.parse("--workload", "w9")).hasMessageContaining("'w9'");
        assertThatThrownBy(() -> Options.parse("--sekunden", "9")).hasMessageContaining("--sekunden");
        assertThatThrownBy(() -> Options.parse("--workload")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> Options.parse("--workload", "w1", "--seconds", "0"))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Options.parse("--workload", "w1", "--seconds", "x"))
                .hasMessageContaining("'x'");
    }
}
