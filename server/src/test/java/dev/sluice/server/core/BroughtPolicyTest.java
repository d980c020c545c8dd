package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.server.log.codec.MessageHeaderDecoder;
import dev.sluice.server.log.codec.OpenConsumerDecoder;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.codec.SubscriptionKind;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What consumers bring of a policy for redelivery: which one holds, and for how long. */
final class BroughtPolicyTest {
    private static final long DELAY = 1_000;
    private static final BroughtPolicy ONCE = new BroughtPolicy(1, 0, -1, -1);
    private static final BroughtPolicy TWICE = new BroughtPolicy(2, 0, -1, -1);

    private final Given given = new Given(new RedeliveryPolicy(3, DELAY, 1, 10_000));
    private final Client client = given.client("");
    private final long queue = client.queue("orders");

    private List<Delivery> take() {
        List<Delivery> deliveries = List.copyOf(given.observed.deliveries);
        given.observed.deliveries.clear();
        return deliveries;
    }

    private static long ready(Client of, long consumer) {
        of.credit(consumer, 100);
        return consumer;
    }

    /** Lets each delivery to it fail until no more comes; how many there were. */
    private int failures(Client of, long consumer) {
        int failures = 0;
        for (List<Delivery> failed = take(); !failed.isEmpty(); failed = take()) {
            failures++;
            of.giveBack(consumer, failed);
            of.credit(consumer, 100);
            given.pass(20_000);
        }
        return failures;
    }

    /** How often one more message is delivered. */
    private int deliveriesOf(long message, long consumer) {
        client.publish(queue, message, 1);
        return failures(client, consumer);
    }

    private List<Long> deadLetters() {
        long dead = ready(client, client.consume(client.queue("DLQ.orders")));
        List<Delivery> letters = take();
        client.acknowledge(dead, letters);
        client.close(dead, List.of());
        return letters.stream().map(Delivery::message).toList();
    }

    @Test
    void holdsInPlaceOfTheServers() {
        assertThat(deliveriesOf(1, ready(client, client.consume(queue, TWICE)))).isEqualTo(2);
        assertThat(deadLetters()).containsExactly(1L);
        assertThat(given.stored().rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void leavesToTheServerWhatItDoesNotSay() {
        client.publish(queue, 1, 1);
        long consumer = ready(client, client.consume(queue, new BroughtPolicy(-1, -1, 500, -1)));
        client.giveBack(consumer, take());
        client.credit(consumer, 100);
        given.pass(DELAY);
        client.giveBack(consumer, take());
        client.credit(consumer, 100);
        given.pass(DELAY * 3 / 2 - 1);
        assertThat(take()).isEmpty();
        given.pass(1);
        assertThat(failures(client, consumer)).as("the last one").isEqualTo(1);
        assertThat(deadLetters()).containsExactly(1L);
    }

    @Test
    void zeroIsNoLimitAndNoDelay() {
        client.publish(queue, 1, 1);
        long consumer = ready(client, client.consume(queue, new BroughtPolicy(0, 0, 0, 0)));
        for (int delivery = 1; delivery < 10; delivery++) {
            assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(delivery);
            client.giveBack(consumer, take());
            client.credit(consumer, 100);
        }
    }

    @Test
    void ofSeveralThatDifferTheOneHoldsThatWasOpenedLastAndIsOpen() {
        long consumer = ready(client, client.consume(queue));
        Client other = given.client("");
        long twice = other.consume(queue, TWICE);
        long once = client.consume(queue, ONCE);
        long nothing = other.consume(queue);

        assertThat(deliveriesOf(1, consumer)).isEqualTo(1);
        other.close(nothing, List.of());
        assertThat(deliveriesOf(2, consumer)).isEqualTo(1);
        client.close(once, List.of());
        assertThat(deliveriesOf(3, consumer)).isEqualTo(2);
        long again = client.consume(queue, ONCE);
        other.close(twice, List.of());
        assertThat(deliveriesOf(4, consumer)).isEqualTo(1);
        client.close(again, List.of());
        assertThat(deliveriesOf(5, consumer)).as("the server's").isEqualTo(3);
        assertThat(deadLetters()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void endsWithAConsumerThatIsDoneBeforeItsCloseIsLogged() {
        Client other = given.client("");
        client.publish(queue, 1, 1);
        long once = ready(other, other.consume(queue, ONCE));
        List<Delivery> held = take();
        long consumer = ready(client, client.consume(queue));

        // As a client does that sends both at once: the server sees the frame of the close before it has logged either.
        given.dispatcher.closing(other.session(), once, new Runs());
        other.acknowledge(once, held);
        other.close(once, List.of());

        assertThat(deliveriesOf(2, consumer)).as("the server's").isEqualTo(3);
    }

    @Test
    void theEndOfItsSessionEndsIt() {
        long consumer = ready(client, client.consume(queue));
        Client other = given.client("");
        long unused = other.consume(queue, ONCE);

        given.run(to -> to.endSession(other.session().id(), 0));

        assertThat(deliveriesOf(1, consumer)).isEqualTo(3);
        assertThat(given.stored().rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void holdsForTheNextLeaderFromTheLogAndFromTheRows() {
        Client other = given.client("");
        long twice = other.consume(queue, TWICE);
        long once = client.consume(queue, ONCE);
        client.publish(queue, 1, 1);

        given.restart();
        client.reattach(once, List.of());
        other.reattach(twice, List.of());
        assertThat(failures(client, ready(client, once))).isEqualTo(1);

        given.stored().restart();
        client.reattach(once, List.of());
        other.reattach(twice, List.of());
        client.credit(once, 100);
        assertThat(deliveriesOf(2, once)).isEqualTo(1);
        client.close(once, List.of());
        given.stored().restart();
        other.reattach(twice, List.of());
        other.credit(twice, 100);
        client.publish(queue, 3, 1);
        assertThat(failures(other, twice)).isEqualTo(2);
        assertThat(given.stored().rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void aRepeatedDeliveryThatWaitedWhenItsServerDiedComesWhenTheConsumerWantsItTo() {
        client.publish(queue, 1, 1);
        long consumer = ready(client, client.consume(queue, new BroughtPolicy(2, 5_000, -1, -1)));
        client.giveBack(consumer, take());
        given.pass(2_000);

        given.stored().restart();
        client.reattach(consumer, List.of());
        client.credit(consumer, 100);

        given.pass(2_999);
        assertThat(take()).isEmpty();
        given.pass(1);
        assertThat(failures(client, consumer)).isEqualTo(1);
        assertThat(deadLetters()).containsExactly(1L);
    }

    @Test
    void whatWaitsDoesSoForAsLongAsThePolicySaysThatHoldsNow() {
        client.publish(Client.message(queue, 1, "g"));
        client.publish(Client.message(queue, 2, "g"));
        long consumer = ready(client, client.consume(queue));
        client.giveBack(consumer, take().subList(0, 1));
        client.credit(consumer, 100);
        given.pass(DELAY - 1);
        assertThat(take()).isEmpty();

        long slow = client.consume(queue, new BroughtPolicy(-1, 3 * DELAY, -1, -1));
        given.pass(2 * DELAY);
        assertThat(take()).isEmpty();
        assertThat(given.dispatcher.nextDueMillis()).isEqualTo(given.nowMillis + 1);

        client.close(slow, List.of());
        assertThat(take()).extracting(Delivery::message).containsExactly(1L, 2L);
    }

    @Test
    void whatIsOverForThePolicyThatHoldsNowIsADeadLetterAndWhatWaitedForRoomThereIsNot() {
        client.publish(queue, 1, 1);
        long patient = ready(client, client.consume(queue, new BroughtPolicy(5, 0, -1, -1)));
        client.giveBack(patient, take());
        long once = client.consume(queue, ONCE);
        given.observed.deadLetterRoom = DeadLetterRoom.NONE;
        client.credit(patient, 100);
        assertThat(take()).isEmpty();

        client.close(once, List.of());
        assertThat(take()).extracting(Delivery::count).containsExactly(2);
        client.giveBack(patient, List.of());
        long again = client.consume(queue, ONCE);
        given.observed.deadLetterRoom = DeadLetterRoom.THERE;
        client.credit(patient, 100);
        given.pass(2_000);

        assertThat(take()).isEmpty();
        assertThat(deadLetters()).containsExactly(1L);
        client.close(again, List.of());
    }

    @Test
    void aDeadLetterQueueHasNoLimitWhateverComes() {
        long dead = client.queue("DLQ.orders");
        client.publish(dead, 1, 1);
        long consumer = ready(client, client.consume(dead, ONCE));
        for (int delivery = 1; delivery < 10; delivery++) {
            assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(delivery);
            client.giveBack(consumer, take());
            client.credit(consumer, 100);
        }
    }

    @Test
    void aCommandOfAnOlderLogBringsNothing() {
        CommandEncoder encoder = new CommandEncoder();
        Slab slab = new SlabPool(4096, 1 << 20).take(4096);
        encoder.into(slab, 0);
        encoder.openConsumer(
                client.session().id(),
                client.session().lastNumber() + 1,
                new MachineCommands.NewConsumer(77, queue, SubscriptionKind.QUEUE, false, "", "a = 1", ONCE));
        int length = asOfVersion1(slab.buffer(), encoder.position());
        slab.position(length);

        new CommandAdapter().read(slab, 0, length, given.machine);

        Session.Attachment attachment = Objects.requireNonNull(client.session().consumer(77));
        assertThat(attachment.selector()).isEqualTo("a = 1");
        assertThat(attachment.policy()).isEqualTo(BroughtPolicy.NONE);
    }

    /** Cuts out of the command in the buffer what version 1 did not have; returns its length. */
    private static int asOfVersion1(MutableDirectBuffer buffer, int length) {
        int header = Integer.BYTES;
        int block = header + MessageHeaderDecoder.ENCODED_LENGTH;
        int blockBytes = OpenConsumerDecoder.redeliveryLimitEncodingOffset();
        int added = OpenConsumerDecoder.BLOCK_LENGTH - blockBytes;
        byte[] rest = new byte[length - block - OpenConsumerDecoder.BLOCK_LENGTH];
        buffer.getBytes(block + OpenConsumerDecoder.BLOCK_LENGTH, rest);
        buffer.putInt(0, length - header - added, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(header, (short) blockBytes, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(header + 6, (short) 1, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(block + blockBytes, rest);
        return length - added;
    }

    @Test
    void aRowOfAnOlderVersionBringsNothing() {
        long consumer = client.consume(queue);
        given.stored();
        List<UnsafeBuffer> found = new ArrayList<>();
        given.store.scan(Table.SESSIONS, client.session().id(), 0, (major, minor, value, length) -> {
            byte[] bytes = new byte[length - Long.BYTES];
            value.getBytes(0, bytes);
            found.add(new UnsafeBuffer(bytes));
            return false;
        });
        ChangeSet older = given.machine.seal();
        UnsafeBuffer row = found.get(0);
        older.put(Table.SESSIONS, client.session().id(), 0, row, row.capacity());
        given.store.commit(older);

        given.restart();

        assertThat(Objects.requireNonNull(client.session().consumer(consumer)).policy())
                .isEqualTo(BroughtPolicy.NONE);
    }
}
