package dev.sluice.spring;

import jakarta.jms.JMSException;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** The check as Spring Boot 4 has it. */
final class SluiceHealthOfBoot4 extends AbstractHealthIndicator {
    private final ServerCheck check;

    SluiceHealthOfBoot4(ServerCheck check) {
        super("Sluice cannot be reached");
        this.check = check;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws JMSException {
        builder.status(check.isUp(builder::withDetail) ? "UP" : "DOWN");
    }
}
