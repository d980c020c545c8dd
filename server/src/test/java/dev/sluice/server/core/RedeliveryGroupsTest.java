package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import dev.sluice.server.core.Observed.Delivery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message of a group whose delivery failed is not overtaken by what is behind it in its group, however it came back. */
final class RedeliveryGroupsTest {
    private static final long DELAY = 1_000;

    private final Given given = new Given(new RedeliveryPolicy(3, DELAY, 1, 0));
    private final Client client = given.client("");
    private final long queue = client.queue("orders");

    RedeliveryGroupsTest() {
        client.publish(Client.message(queue, 1, "g"));
        client.publish(Client.message(queue, 2, "g"));
    }

    private List<Delivery> take() {
        List<Delivery> deliveries = List.copyOf(given.observed.deliveries);
        given.observed.deliveries.clear();
        return deliveries;
    }

    private static List<Long> messages(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::message).toList();
    }

    private long consumer(int credit) {
        long consumer = client.consume(queue);
        client.credit(consumer, credit);
        return consumer;
    }

    @Test
    void afterARestartWhenOneThatMayHaveLostThemHasNoCredit() {
        long slow = consumer(0);
        long quick = consumer(10);
        List<Delivery> came = take();
        client.giveBack(quick, came.subList(0, 1));
        given.stored().restart();

        client.reattach(slow, List.of());
        client.reattach(quick, came, List.of());
        client.credit(quick, 10);
        client.credit(slow, 10);

        assertThat(messages(take())).isEmpty();
        given.pass(DELAY);
        assertThat(messages(take())).containsExactly(1L, 2L);
    }

    @Test
    void whenItIsCountedAfterItCameBack() {
        client.publish(Client.message(queue, 3, "g").priority(6));
        long consumer = consumer(10);
        List<Delivery> came = take();
        client.reattach(consumer, came, List.of());

        countFirst(consumer, came);
        client.credit(consumer, 10);

        assertThat(messages(take())).isEmpty();
        given.pass(DELAY);
        assertThat(messages(take())).containsExactly(3L, 1L, 2L);
    }

    /** The return of message 1 that its client sent before it came back is applied. */
    private void countFirst(long consumer, List<Delivery> came) {
        List<Delivery> failed =
                came.stream().filter(delivery -> delivery.message() == 1).toList();
        dev.sluice.server.core.Consumer known = client.consumer(consumer);
        MachineCommands.Returned returned =
                new MachineCommands.Returned(known.subscription().id(), consumer, known.epoch(), Client.runs(failed));
        given.run(to -> to.giveBack(client.sessionId, ++client.number, returned));
    }

    @Test
    void whenItIsCountedAfterItCameBackAndARestartBefore() {
        client.publish(Client.message(queue, 3, "g").priority(6));
        long consumer = consumer(10);
        List<Delivery> came = take();
        given.stored().restart();
        client.reattach(consumer, came, came);
        // Of which group they are no one has seen.
        client.reattach(consumer, came, List.of());

        countFirst(consumer, came);
        client.credit(consumer, 10);

        assertThat(messages(take())).isEmpty();
        given.pass(DELAY);
        assertThat(messages(take())).containsExactly(3L, 1L, 2L);
    }

    @Test
    void whenItFailedTooOftenAndNothingMoreCanGoToDeadLetterQueues() {
        Given strict = new Given(new RedeliveryPolicy(1, 0, 1, 0));
        Client reader = strict.client("");
        long orders = reader.queue("orders");
        reader.publish(Client.message(orders, 1, "g"));
        reader.publish(Client.message(orders, 2, "g"));
        long consumer = reader.consume(orders);
        reader.credit(consumer, 10);
        List<Delivery> came = List.copyOf(strict.observed.deliveries);
        strict.observed.deliveries.clear();
        strict.observed.deadLetterRoom = DeadLetterRoom.SOON;

        reader.giveBack(consumer, came.subList(0, 1));
        reader.credit(consumer, 10);
        assertThat(strict.observed.take()).isEmpty();

        strict.observed.deadLetterRoom = DeadLetterRoom.THERE;
        strict.pass(10_000);
        assertThat(strict.observed.take()).containsExactly(2L);
        reader.credit(reader.consume(reader.queue("DLQ.orders")), 10);
        assertThat(strict.observed.take()).containsExactly(1L);
    }
}
