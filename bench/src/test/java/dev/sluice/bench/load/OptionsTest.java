package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.load.LoadClient.Settlement;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void takesWhatIsSaidAndDefaultsForTheRest() {
        Options options = Options.parse("--workload", "w3", "--seconds", "7", "--queue", "q");

        assertThat(options.workload()).isEqualTo(Workload.W3);
        assertThat(options.api()).isEqualTo(Options.Api.JMS);
        assertThat(options.seconds()).isEqualTo(7);
        assertThat(options.warmupSeconds()).isEqualTo(5);
        assertThat(options.queue()).isEqualTo("q");
        assertThat(options.url()).isEqualTo("sluice://localhost:7676");
        assertThat(options.outstanding()).isEqualTo(1_000);
        assertThat(options.dataDirectory()).isNull();
    }

    @Test
    void whatIsNotSaidIsTheWorkloads() {
        assertThat(Options.parse("--workload", "w3r").rate()).isEqualTo(5_000);
        assertThat(Options.parse("--workload", "W4R").rate()).isEqualTo(20_000);
        assertThat(Options.parse("--workload", "w3r", "--rate", "0").rate()).isZero();
        assertThat(Options.parse("--workload", "w7fill").messages()).isEqualTo(1_000_000);
        assertThat(Options.parse("--workload", "w12", "--messages", "5").messages())
                .isEqualTo(5);
    }

    @Test
    void fillAndDrainMeetAtOneQueueAndOthersAtNewOnes() {
        assertThat(Options.parse("--workload", "w7fill").queue())
                .isEqualTo(Options.parse("--workload", "w7drain").queue());
        assertThat(Options.parse("--workload", "w1").queue()).startsWith("bench.w1.");
    }

    @Test
    void transactionsAreTheWorkloadsOrWhatIsSaid() {
        assertThat(Options.parse("--workload", "w1").commitEvery()).isZero();
        assertThat(Options.parse("--workload", "w8").commitEvery()).isEqualTo(100);
        assertThat(Options.parse("--workload", "w8").settlement()).isEqualTo(Settlement.COMMIT);
        assertThat(Options.parse("--workload", "w1", "--commit", "1").commitEvery())
                .isEqualTo(1);
        assertThatThrownBy(() -> Options.parse("--workload", "w5", "--commit", "1"))
                .hasMessageContaining("synchronous");
    }

    @Test
    void receiversAcknowledgeAsIsSaid() {
        assertThat(Options.parse("--workload", "w3").settlement()).isEqualTo(Settlement.AUTO);
        assertThat(Options.parse("--workload", "w3", "--acknowledge", "dups_ok").settlement())
                .isEqualTo(Settlement.DUPS_OK);
        assertThatThrownBy(() -> Options.parse("--workload", "w3", "--acknowledge", "commit"))
                .hasMessageContaining("auto, dups_ok or client");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Options.parse("--seconds", "1")).hasMessageContaining("--workload");
        assertThatThrownBy(() -> Options.parse("--workload", "w99")).hasMessageContaining("'w99'");
        assertThatThrownBy(() -> Options.parse("--workload", "w1", "--sekunden", "9"))
                .hasMessageContaining("--sekunden");
        assertThatThrownBy(() -> Options.parse("--workload")).hasMessageContaining("--workload");
        assertThatThrownBy(() -> Options.parse("--workload", "w1", "--seconds", "0"))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Options.parse("--workload", "w1", "--seconds", "x"))
                .hasMessageContaining("'x'");
    }

    @Test
    void aClientThatCannotDoAWorkloadIsRefused() {
        assertThat(Options.parse("--workload", "w7fill", "--api", "kafka").api())
                .isEqualTo(Options.Api.KAFKA);
        assertThatThrownBy(() -> Options.parse("--workload", "w9", "--api", "kafka"))
                .hasMessage("the client of kafka cannot do what w9 asks");
        assertThatThrownBy(() -> Options.parse("--workload", "w10", "--api", "rabbitmq"))
                .hasMessage("the client of rabbitmq cannot do what w10 asks");
    }

    @Test
    void usageTellsTheWorkloadsAndIsNotARun() {
        assertThat(Options.usage()).contains("w7drain").contains("--data-directory");
        assertThat(Options.parse("--help").isHelp()).isTrue();
    }
}
