package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Tidy;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TidyTest {
    @Test
    void sourcesKeepTheHouseNumbers() throws IOException {
        assertThat(Tidy.faultsOfThisModule()).isEmpty();
    }
}
