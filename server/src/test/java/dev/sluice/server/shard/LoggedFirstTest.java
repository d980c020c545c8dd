package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.CommandAdapter;
import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.ClientFrameWriter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was there before a restart is logged as delivered before it leaves, so that it counts even if the server dies then. */
final class LoggedFirstTest {
    /** Of the messages that fill a batch. */
    private static final int BYTES = 100_000;

    private static final int HALF_A_BATCH = Batch.BYTES_MAX / 2 / BYTES;

    private final Time time = new Time();
    private final MailboxInbox inbox = new MailboxInbox(1024, 8 << 20, time, () -> {});
    private final MemoryStore store = new MemoryStore(() -> {}, 1 << 30);
    private final BusyLog log = new BusyLog();

    /** One that has enough to do when the test says so, and knows the commands of what was proposed. */
    private static final class BusyLog extends ThreadedLog {
        private final List<String> commands = new ArrayList<>();
        private final List<String> heardBeforeMark = new ArrayList<>();
        private final CommandAdapter adapter = new CommandAdapter();
        private final MachineCommands recorder = (MachineCommands) Proxy.newProxyInstance(
                MachineCommands.class.getClassLoader(),
                new Class<?>[] {MachineCommands.class},
                (proxy, method, arguments) -> record(method.getName()));
        private Supplier<List<String>> listener = List::of;
        private boolean busy;

        BusyLog() {
            durable = true;
        }

        private @Nullable Object record(String command) {
            commands.add(command);
            if (command.equals("deliveredMark")) {
                heardBeforeMark.addAll(listener.get());
            }
            return null;
        }

        @Override
        public boolean takesMore() {
            return !busy;
        }

        @Override
        public void propose(Slab slab, int offset, int length, long timestampMillis) {
            int unused = adapter.read(slab, offset, length, recorder);
            super.propose(slab, offset, length, timestampMillis);
        }
    }

    private ShardAgent started(BatchLog with) {
        SlabPool pool = new SlabPool(4 << 20, 16 << 20);
        return new ShardAgent(ShardConfig.defaults("test"), inbox, new Shard.Resources(with, store, pool), time);
    }

    private static void turns(ShardAgent agent) {
        while (agent.doWork() > 0) {
            // Until there is nothing to do.
        }
    }

    private Peer connected(ShardAgent agent, long key) {
        Peer peer = new Peer(inbox);
        peer.hello(0, key, "");
        turns(agent);
        assertThat(peer.take()).containsExactly("welcome resumed=0 last=0");
        return peer;
    }

    private static void fillHalfABatch(Peer sender, long from) {
        IntStream.range(0, HALF_A_BATCH).forEach(each -> sender.send(publish(from + each)));
    }

    private static Consumer<ClientFrameWriter> publish(long number) {
        return Peer.publish(number, 2, BYTES);
    }

    /** The queue is the address 2, with one message. */
    private void haveAMessage() {
        ShardAgent before = started(new MemoryLog());
        Peer peer = connected(before, 1);
        peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10));
        turns(before);
        time.millis += 10_000;
        turns(before);
        assertThat(peer.take()).contains("confirmed 2");
    }

    @Test
    void alsoWhereTheBatchIsFullAndTheLogIsBusy() {
        haveAMessage();
        ShardAgent agent = started(log);
        Peer receiver = connected(agent, 2);
        receiver.send(Peer.consume(1, 7, 2));
        Peer sender = connected(agent, 3);
        assertThat(receiver.take()).contains("created 1");
        log.commands.clear();
        log.busy = true;
        fillHalfABatch(sender, 1);
        turns(agent);
        assertThat(log.commands).isEmpty();

        log.listener = () -> List.copyOf(receiver.heard);
        receiver.send(Peer.credit(7, 1, 1));
        fillHalfABatch(sender, 1 + HALF_A_BATCH);
        sender.send(publish(1 + 2 * HALF_A_BATCH));
        List<String> heard = List.of();
        for (int turn = 0; turn < 10 && heard.isEmpty(); turn++) {
            assertThat(log.commands).isEmpty();
            int unused = agent.doWork();
            heard = receiver.take();
        }

        assertThat(heard).containsExactly("deliver 7 sequence=0 count=1");
        assertThat(log.commands).contains("deliveredMark");
        assertThat(log.heardBeforeMark).isEmpty();
    }
}
