package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void aStrangerCannotWriteLinesOfTheLog() {
        assertThat(Printable.of("a\nINFO user=root\r\t\u001b[0m")).isEqualTo("a_INFO_user=root___[0m");
        assertThat(Printable.of("x".repeat(500))).hasSize(121);
        assertThat(Printable.of("ä€😀")).isEqualTo("ä€😀");
    }
}
