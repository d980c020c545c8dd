package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.jms.core.JmsTemplate;

/** The application of docs/examples, where it runs with Spring Boot 4, here with 3.5. */
class ShopApplicationOnBoot3Test {
    @Test
    void anOrderHasAReceipt() throws Exception {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.expected"));
        try (var context = SpringApplication.run(ShopApplication.class)) {
            context.getBean(JmsTemplate.class).convertAndSend("orders", "a gate");

            assertThat(context.getBean(ShopApplication.class).firstReceipt().get(30, TimeUnit.SECONDS))
                    .isEqualTo("receipt for a gate");
        }
    }
}
