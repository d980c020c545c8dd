package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.jms.core.JmsTemplate;

/** The application of Spring Boot with the server inside. */
class ShopApplicationTest {
    @Test
    void anOrderHasAReceipt() throws Exception {
        try (var context = SpringApplication.run(ShopApplication.class)) {
            context.getBean(JmsTemplate.class).convertAndSend("orders", "a gate");

            assertThat(context.getBean(ShopApplication.class).firstReceipt().get(30, TimeUnit.SECONDS))
                    .isEqualTo("receipt for a gate");
        }
    }
}
