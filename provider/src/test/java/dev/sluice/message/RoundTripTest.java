package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceDestination;
import dev.sluice.testing.Seeded;
import jakarta.jms.JMSException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What is sent is what is received, and again when it is sent on. */
class RoundTripTest {
    @Seeded
    void whatIsSentIsReceived(SplittableRandom random) throws JMSException {
        SluiceMessage sent = randomMessage(random);
        Map<String, Object> before = seen(sent);
        int deliveries = random.nextInt(1, 4);
        SluiceMessage received = Wired.carried(sent, Deserialization.NONE, deliveries);
        before.put("redelivered", deliveries > 1);
        before.put("JMSXDeliveryCount", deliveries);
        if (random.nextBoolean()) {
            // Sent on as it came, nothing decoded.
            received = Wired.carried(received, Deserialization.NONE, deliveries);
        }
        assertThat(seen(received)).usingRecursiveComparison().isEqualTo(before);
        SluiceMessage again = Wired.carried(received, Deserialization.NONE, deliveries);
        assertThat(seen(again)).usingRecursiveComparison().isEqualTo(before);
    }

    private static SluiceMessage randomMessage(SplittableRandom random) throws JMSException {
        SluiceMessage message = RandomMessages.body(random);
        RandomMessages.properties(message, random);
        message.setJMSType(random.nextBoolean() ? RandomMessages.text(random) : null);
        switch (random.nextInt(3)) {
            case 0 -> message.setJMSCorrelationID(RandomMessages.text(random));
            case 1 -> message.setJMSCorrelationIDAsBytes(RandomMessages.bytes(random));
            default -> {}
        }
        if (random.nextBoolean()) {
            SluiceDestination.Kind[] kinds = SluiceDestination.Kind.values();
            message.setJMSReplyTo(SluiceDestination.of(kinds[random.nextInt(kinds.length)], "reply.to"));
        }
        new Stamp(
                        random.nextBoolean()
                                ? new MessageId(random.nextLong(), random.nextLong(), random.nextLong())
                                : null,
                        Wired.QUEUE,
                        random.nextBoolean(),
                        random.nextInt(10),
                        new Stamp.Times(random.nextInt(), random.nextLong(), random.nextLong()))
                .applyTo(message);
        return message;
    }

    private static Map<String, Object> seen(SluiceMessage message) throws JMSException {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        seen.put("class", message.getClass());
        seen.put("id", message.getJMSMessageID());
        seen.put("timestamp", message.getJMSTimestamp());
        seen.put("expiration", message.getJMSExpiration());
        seen.put("deliveryTime", message.getJMSDeliveryTime());
        seen.put("mode", message.getJMSDeliveryMode());
        seen.put("priority", message.getJMSPriority());
        seen.put("destination", message.getJMSDestination());
        seen.put("redelivered", message.getJMSRedelivered());
        seen.put("type", message.getJMSType());
        seen.put("correlation", message.getJMSCorrelationID());
        seen.put("correlationBytes", message.getJMSCorrelationIDAsBytes());
        seen.put("replyTo", message.getJMSReplyTo());
        for (String name : Collections.list(message.getPropertyNames())) {
            seen.put(name, message.getObjectProperty(name));
        }
        RandomMessages.seenBody(message, seen);
        return seen;
    }
}
