package dev.sluice.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Sluice brings no copy of the API: the TCK's signature test of copies has nothing to look at. */
class ApiTest {
    @Test
    void theApiIsTheJarOfJakarta() throws IOException {
        assertThat(Collections.list(Message.class.getClassLoader().getResources("jakarta/jms/Message.class")))
                .singleElement()
                .asString()
                .contains("jakarta.jms-api-3.1.0.jar");
    }
}
