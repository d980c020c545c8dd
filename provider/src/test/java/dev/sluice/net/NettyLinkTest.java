package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ModelServer;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.SubscriptionKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NettyLinkTest {
    private static final Link.Publication TO = new Link.Publication(1, 4, 0, 0);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Listener listener = new Listener();

    @AfterEach
    void closeAll() throws Exception {
        for (int index = open.size() - 1; index >= 0; index--) {
            open.get(index).close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sendsAndReceives(boolean inProcess) throws Exception {
        ModelHost host = host(inProcess);
        Link link = link(host.address());
        assertThat(link.createAddress(AddressKind.QUEUE, 0, "a").await()).isEqualTo(1001);
        Sink sink = new Sink();
        long subscription = link.openConsumer(new Link.ConsumerSpec(7, 1, SubscriptionKind.QUEUE, false, "", ""), sink)
                .await();
        assertThat(subscription).isEqualTo(5);
        link.credit(7, 1, 10);
        assertThat(publish(link, "x").await()).isZero();
        DeliverySink.Delivery delivery = sink.next();
        assertThat(delivery.sequence()).isEqualTo(3);
        Ranges ranges = new Ranges();
        ranges.add(delivery.priority(), false, delivery.sequence());
        assertThat(link.acknowledge(7, ranges, true).await()).isZero();
        assertThat(host.ask(() -> host.model.pending.size())).isZero();
        assertThat(link.serverTimeMillis()).isBetween(1_000_000L, 1_060_000L);
        assertThat(link.mayHandOut()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resumesUntilEverythingIsSentOnce(boolean inProcess) throws Exception {
        ModelHost host = host(inProcess);
        Link link = link(host.address());
        int producers = 4;
        int each = 200;
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            String name = "p" + producer;
            threads.add(new Thread(() -> {
                try {
                    for (int index = 0; index < each; index++) {
                        if (publish(link, name + " " + index).await() != 0) {
                            throw new IllegalStateException("a publish has no value");
                        }
                    }
                } catch (Exception failure) {
                    failures.add(failure);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (int kill = 0; kill < 5; kill++) {
            host.killAfterReads(7);
            int interruptions = kill + 1;
            await().until(() -> listener.resumed.size() >= interruptions || done(threads));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        List<String> applied = host.ask(() -> List.copyOf(host.model.applied));
        assertThat(applied).hasSize(producers * each).doesNotHaveDuplicates();
        for (int producer = 0; producer < producers; producer++) {
            String prefix = "publish p" + producer + " ";
            assertThat(applied.stream()
                            .filter(what -> what.startsWith(prefix))
                            .map(what -> Integer.parseInt(what.substring(prefix.length()))))
                    .isSorted();
        }
        assertThat(listener.failed).isEmpty();
    }

    @Test
    void saysWhatWasRefused() throws Exception {
        ModelHost host = host(false);
        host.run(() -> host.model.refuseHello = RefusalCode.AUTHENTICATION);
        LinkException refused = catchThrowableOfType(LinkException.class, () -> link(host.address()));
        assertThat(refused).hasMessageContaining("refused: AUTHENTICATION");
        assertThat(refused.code()).isEqualTo(RefusalCode.AUTHENTICATION);
    }

    @Test
    void saysWhichServerCannotBeReached() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        InetSocketAddress nobody = InetSocketAddress.createUnresolved("127.0.0.1", port);
        LinkException failure = catchThrowableOfType(LinkException.class, () -> link(nobody));
        assertThat(failure)
                .hasMessageContaining("cannot connect to 127.0.0.1:" + port)
                .hasMessageContaining("Is the server running there");
    }

    @Test
    void blocksTheSenderWhileTheWindowIsFull() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        host.answers(false);
        Queue<Reply> replies = new ConcurrentLinkedQueue<>();
        Thread sender = new Thread(() -> {
            for (int index = 0; index < 20; index++) {
                replies.add(publish(link, "m " + index));
            }
        });
        sender.start();
        await().until(() -> replies.size() == ModelServer.WINDOW_COMMANDS && sender.getState() == Thread.State.WAITING);
        // An acknowledgement is not held up with it.
        Reply unsettled = link.acknowledge(7, new Ranges(), true);
        assertThat(unsettled.await()).isZero();
        host.answers(true);
        sender.join();
        for (Reply reply : replies) {
            assertThat(reply.await()).isZero();
        }
        assertThat(host.ask(() -> host.model.applied.size())).isEqualTo(20);
    }

    @Test
    void neverBlocksTheEventLoop() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        Queue<Reply> replies = new ConcurrentLinkedQueue<>();
        publish(link, "first").whenDone((value, failure) -> {
            for (int index = 0; index < 100; index++) {
                replies.add(publish(link, "m " + index));
            }
        });
        await().until(() -> replies.size() == 100 && replies.stream().allMatch(Reply::isDone));
        assertThat(host.ask(() -> host.model.applied.size())).isEqualTo(101);
    }

    @Test
    void aFaultOfOurOwnCostsTheSocketAndNothingElse() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        Sink sink = new Sink();
        AtomicInteger faults = new AtomicInteger(1);
        DeliverySink broken = new DeliverySink() {
            @Override
            public void deliver(Delivery delivery) {
                if (faults.getAndDecrement() > 0) {
                    throw new IllegalStateException("a fault, as the test wants it");
                }
                sink.deliver(delivery);
            }

            @Override
            public void claimsLost(long epoch) {}

            @Override
            public void closed(RefusalCode code, String text) {}
        };
        var spec = new Link.ConsumerSpec(7, 1, SubscriptionKind.QUEUE, false, "", "");
        assertThat(link.openConsumer(spec, broken).await()).isEqualTo(5);
        link.credit(7, 1, 10);

        assertThat(publish(link, "x").await()).isZero();
        await().untilAsserted(() -> assertThat(faults).hasValue(0));
        assertThat(publish(link, "y").await()).isZero();

        // With the opening of the consumer.
        assertThat(host.ask(() -> host.model.applied.size())).isEqualTo(3);
        await().untilAsserted(() -> assertThat(listener.resumed).isNotEmpty());
    }

    @Test
    void failsWhatWaitsWhenItIsClosed() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        host.answers(false);
        Queue<LinkException> failures = new ConcurrentLinkedQueue<>();
        Thread sender = new Thread(() -> {
            for (int index = 0; index < 20; index++) {
                publish(link, "m " + index).whenDone((value, failure) -> {
                    if (failure != null) {
                        failures.add(failure);
                    }
                });
            }
        });
        sender.start();
        await().until(() -> sender.getState() == Thread.State.WAITING);
        Reply closed = link.close();
        host.run(() -> host.model.socketLost());
        host.close();
        open.clear();
        assertThat(closed.await()).isZero();
        sender.join();
        assertThat(failures).hasSize(20);
        LinkException late = catchThrowableOfType(
                LinkException.class, () -> publish(link, "late").await());
        assertThat(late).hasMessageContaining("closed");
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("sluice-io")));
    }

    @Test
    void sendsLargeBodiesInChunks() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        Body body = new Body(2 * Wire.CHUNK_BYTES_MAX + 5);
        assertThat(link.publish(TO, envelope("large"), body).await()).isZero();
        link.publishTransient(TO, envelope("light"), new Body(Wire.CHUNK_BYTES_MAX + 1));
        assertThat(host.ask(() -> List.copyOf(host.model.applied)))
                .containsExactly("chunk 0+262144", "chunk 262144+262144", "chunk 524288+5", "publish large");
        await().until(() -> host.ask(() -> host.model.transients.size()) == 3);
        assertThat(host.ask(() -> List.copyOf(host.model.transients)))
                .containsExactly("chunk 0+262144", "chunk 262144+1", "light");
        assertThat(body.released).isTrue();
    }

    @Test
    void hasTheServerDropABodyThatIsNotSentToItsEnd() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        String drop = "chunk " + Long.MAX_VALUE + "+0";
        Body broken = new Body(3L * Wire.CHUNK_BYTES_MAX, Wire.CHUNK_BYTES_MAX);
        assertThat(catchThrowableOfType(
                        LinkException.class,
                        () -> link.publish(TO, envelope("large"), broken).await()))
                .hasMessageContaining("the file is gone");
        await().until(() -> host.ask(() -> List.copyOf(host.model.applied)), List.of("chunk 0+262144", drop)::equals);
        Body light = new Body(3L * Wire.CHUNK_BYTES_MAX, Wire.CHUNK_BYTES_MAX);
        assertThatThrownBy(() -> link.publishTransient(TO, envelope("light"), light))
                .hasMessageContaining("the file is gone");
        await().until(
                        () -> host.ask(() -> List.copyOf(host.model.transients)),
                        List.of("chunk 0+262144", drop)::equals);
    }

    @Test
    void receivesLargeBodiesThroughAFileInOrder() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        Sink sink = new Sink();
        assertThat(link.openConsumer(new Link.ConsumerSpec(7, 1, SubscriptionKind.QUEUE, false, "", ""), sink)
                        .await())
                .isEqualTo(5);
        long bytes = 3L * 1024 * 1024 + 17;
        host.run(() -> {
            deliverLarge(host, 1, bytes);
            deliverLarge(host, 2, 300_000);
            deliverLarge(host, 3, 0);
            host.reply();
        });
        for (long expected : new long[] {bytes, 300_000, 0}) {
            DeliverySink.SpooledBody body = Objects.requireNonNull(sink.next().body());
            assertThat(body.bytes()).isEqualTo(expected);
            byte[] content = new byte[(int) expected];
            body.read(0, content, 0, content.length);
            for (int index = 0; index < content.length; index += 1000) {
                assertThat(content[index]).isEqualTo((byte) (index % 251));
            }
            body.close();
            body.close();
        }
    }

    @Test
    void endsTheSocketOnRubbishAndResumes() throws Exception {
        ModelHost host = host(false);
        Link link = link(host.address());
        host.run(() -> host.send(Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request\r\n\r\n", StandardCharsets.UTF_8)));
        await().until(() -> listener.resumed.size() == 1);
        assertThat(listener.interrupted.peek())
                .hasMessageContaining("sent what is no frame of the protocol: frame length");
        assertThat(publish(link, "x").await()).isZero();
    }

    private static void deliverLarge(ModelHost host, long sequence, long bytes) {
        var writer = host.model.writer();
        var deliver = writer.deliver(4)
                .consumerId(7)
                .addressId(1)
                .sequence(sequence)
                .bodyBytes(bytes)
                .epoch(1)
                .deliveryCount(1)
                .priority((short) 4);
        deliver.flags().clear().chunked(true);
        writer.end(deliver.putEnvelope(new byte[4], 0, 4).limit());
        for (long offset = 0; offset < bytes; offset += Wire.CHUNK_BYTES_MAX) {
            byte[] part = new byte[(int) Math.min(Wire.CHUNK_BYTES_MAX, bytes - offset)];
            for (int index = 0; index < part.length; index++) {
                part[index] = (byte) ((offset + index) % 251);
            }
            var chunk = writer.deliverChunk(part.length)
                    .consumerId(7)
                    .sequence(sequence)
                    .bodyOffset(offset)
                    .epoch(1)
                    .priority((short) 4);
            chunk.flags().clear().chunked(true);
            writer.end(chunk.putData(part, 0, part.length).limit());
        }
    }

    private static boolean done(List<Thread> threads) {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    private static Reply publish(Link link, String text) {
        return link.publish(TO, envelope(text), null);
    }

    private static ByteBuf envelope(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private ModelHost host(boolean inProcess) throws InterruptedException {
        ModelHost host = inProcess ? ModelHost.inProcess() : ModelHost.onLoopback();
        open.add(host);
        return host;
    }

    private Link link(SocketAddress server) throws LinkException {
        Link link = NettyLink.open(
                new LinkOptions(
                        List.of(server),
                        "",
                        null,
                        null,
                        LinkOptions.FOREVER,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10)),
                listener);
        open.add(() -> assertThat(link.close().await()).isZero());
        return link;
    }

    private static final class Listener implements LinkListener {
        final Queue<LinkException> interrupted = new ConcurrentLinkedQueue<>();
        final Queue<Long> resumed = new ConcurrentLinkedQueue<>();
        final Map<RefusalCode, LinkException> failed = new ConcurrentHashMap<>();

        @Override
        public void interrupted(LinkException reason) {
            interrupted.add(reason);
        }

        @Override
        public void resumed(String server) {
            resumed.add(System.nanoTime());
        }

        @Override
        public void failed(LinkException reason) {
            failed.put(reason.code(), reason);
        }
    }

    private static final class Sink implements DeliverySink {
        private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

        Delivery next() throws InterruptedException {
            Delivery delivery = deliveries.poll(20, TimeUnit.SECONDS);
            assertThat(delivery).isNotNull();
            return delivery;
        }

        @Override
        public void deliver(Delivery delivery) {
            deliveries.add(delivery);
        }

        @Override
        public void claimsLost(long epoch) {}

        @Override
        public void closed(RefusalCode code, String text) {}
    }

    private static final class Body implements Link.BodySource {
        final long bytes;
        final long readable;
        boolean released;

        Body(long bytes) {
            this(bytes, bytes);
        }

        Body(long bytes, long readable) {
            this.bytes = bytes;
            this.readable = readable;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void read(long position, ByteBuf target, int length) {
            if (position >= readable) {
                throw new IllegalStateException("the file is gone");
            }
            target.writeZero(length);
        }

        @Override
        public void release() {
            released = true;
        }
    }
}
