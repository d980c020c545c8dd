package dev.sluice.spring;

import jakarta.jms.JMSException;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The check as Spring Boot 3 has it. */
final class SluiceHealthOfBoot3 extends AbstractHealthIndicator {
    private final ServerCheck check;

    SluiceHealthOfBoot3(ServerCheck check) {
        super("Sluice cannot be reached");
        this.check = check;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws JMSException {
        builder.status(check.isUp(builder::withDetail) ? "UP" : "DOWN");
    }
}
