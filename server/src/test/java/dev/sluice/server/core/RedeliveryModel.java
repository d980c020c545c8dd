package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.EnvelopeReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What must be true of messages whose deliveries fail: how many did, when they may come again, and what is a dead letter. */
final class RedeliveryModel {
    final RedeliveryPolicy policy;
    private final TreeMap<String, List<Long>> letters = new TreeMap<>();

    RedeliveryModel(SplittableRandom random) {
        long delay = random.nextBoolean() ? 0 : 1 + random.nextInt(3000);
        policy = random.nextInt(3) == 0
                ? RedeliveryPolicy.NONE
                : new RedeliveryPolicy(random.nextBoolean() ? 0 : 2 + random.nextInt(3), delay, 2, 5000);
    }

    /** The messages of a subscription that failed. */
    final class Failed {
        private final Map<Long, Integer> failures = new HashMap<>();
        /** Before that time they may not come again. */
        private final Map<Long, Long> waiting = new HashMap<>();

        void fail(long message, long nowMillis) {
            int count = failures.merge(message, 1, Integer::sum);
            waiting.put(message, nowMillis + policy.delayMillisAfter(count));
        }

        void delivered(Delivery delivery, boolean restarted, long nowMillis) {
            long message = delivery.message();
            int count = failures.getOrDefault(message, 0);
            assertThat(delivery.count())
                    .as("count of message %s", message)
                    .isBetween(count + 1, count + (restarted ? 2 : 1))
                    .isLessThanOrEqualTo(policy.limit() == 0 ? Integer.MAX_VALUE : policy.limit());
            assertThat(waiting.getOrDefault(message, 0L))
                    .as("delay of message %s", message)
                    .isLessThanOrEqualTo(nowMillis);
            if (delivery.count() > 1) {
                // What a restart took counts from now on.
                failures.put(message, delivery.count() - 1);
            }
        }

        /** It has been delivered as often as it may be; returns which one it is. */
        long deadLetter(MachineCommands.DeadLetter letter, boolean restarted) {
            long message = new EnvelopeReader()
                    .wrap(letter.envelope().buffer(), 0, letter.envelope().length())
                    .fields()
                    .messageNumber();
            assertThat(failures.getOrDefault(message, 0) + (restarted ? 1 : 0))
                    .as("deliveries of message %s", message)
                    .isGreaterThanOrEqualTo(policy.limit());
            letters.computeIfAbsent(letter.queue(), queue -> new ArrayList<>()).add(message);
            return message;
        }
    }

    /** What is a dead letter is in its queue, once; the queues are gone then. */
    void drain(Given given, Client client) {
        letters.forEach((name, messages) -> {
            given.observed.deliveries.clear();
            long queue = client.queue(name);
            long consumer = client.consume(queue);
            client.credit(consumer, 100_000);
            List<Delivery> found = List.copyOf(given.observed.deliveries);
            assertThat(found).extracting(Delivery::message).as(name).containsExactlyInAnyOrderElementsOf(messages);
            client.acknowledge(consumer, found);
            client.close(consumer, List.of());
            client.delete(queue);
        });
    }
}
