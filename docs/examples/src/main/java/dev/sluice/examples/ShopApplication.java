package dev.sluice.examples;

import java.util.concurrent.CompletableFuture;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.messaging.handler.annotation.SendTo;

/** Spring Boot: a listener that answers, and who sends to it. Without {@code sluice.url} the server is inside the application. */
@SpringBootApplication
public class ShopApplication {
    private final CompletableFuture<String> receipt = new CompletableFuture<>();

    /** Runs until its listeners have nothing to do any more, which is until it is stopped. */
    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments)
                .getBean(JmsTemplate.class)
                .convertAndSend("orders", "a gate");
    }

    /** Takes an order; what it returns is sent, in one transaction with that. */
    @JmsListener(destination = "orders")
    @SendTo("receipts")
    String order(String order) {
        return "receipt for " + order;
    }

    /** Keeps the first receipt. */
    @JmsListener(destination = "receipts")
    void receipt(String text) {
        receipt.complete(text);
    }

    CompletableFuture<String> firstReceipt() {
        return receipt;
    }
}
