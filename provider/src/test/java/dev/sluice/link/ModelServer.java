package dev.sluice.link;

import dev.sluice.wire.BucketMap;
import dev.sluice.wire.ClientFrameAdapter;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.ServerFrameWriter;
import dev.sluice.wire.SilentClientFrames;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AcknowledgeDecoder;
import dev.sluice.wire.codec.ChunkDecoder;
import dev.sluice.wire.codec.ClientHeartbeatDecoder;
import dev.sluice.wire.codec.CloseConsumerDecoder;
import dev.sluice.wire.codec.CloseSessionDecoder;
import dev.sluice.wire.codec.CreateAddressDecoder;
import dev.sluice.wire.codec.CreditDecoder;
import dev.sluice.wire.codec.DeliverEncoder;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.ReattachDecoder;
import dev.sluice.wire.codec.ReturnDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The simplest server that keeps the rules of numbers, epochs, credit and claims: one session, one queue, numbers applied at once or
 * when the test says so, confirmed when the test says so.
 */
public final class ModelServer extends SilentClientFrames {
    public static final long SESSION = 77;
    public static final long CLUSTER = 42;
    public static final int WINDOW_COMMANDS = 8;
    public static final int WINDOW_BYTES = 4096;
    public static final int GRACE_MILLIS = 10_000;
    public static final int HEARTBEAT_MILLIS = 5_000;

    /** What was applied, in order. */
    public final List<String> applied = new ArrayList<>();

    public final Map<Long, Consumer> consumers = new LinkedHashMap<>();
    public final TreeSet<Long> pending = new TreeSet<>();
    public final List<Long> acknowledged = new ArrayList<>();
    public final List<String> transients = new ArrayList<>();
    public final List<String> heard = new ArrayList<>();
    public ByteBuf out = Unpooled.buffer();
    public long incarnation = 1;
    public long lastApplied;
    public long transientBytes;
    public boolean claimsExpire;

    public @Nullable RefusalCode refuseHello;

    /** Where clients are sent to, unless they have not reached it. */
    public @Nullable String leader;

    public long clusterId = CLUSTER;
    /** What the last Hello said. */
    public String unreached = "";

    public @Nullable RefusalCode refusePublish;

    private final Map<Long, Runnable> results = new TreeMap<>();
    private final ServerFrameWriter writer = new ServerFrameWriter();
    private final ClientFrameAdapter adapter = new ClientFrameAdapter();
    private final FrameChecker checker = FrameChecker.ofClientFrames();
    private long confirmed;
    private boolean known;
    private boolean welcomed;

    /** What a consumer may be sent and holds. */
    public static final class Consumer {
        long epoch = 1;
        long total;
        long sent;
        boolean away;
        final TreeSet<Long> held = new TreeSet<>();
        final List<Long> claiming = new ArrayList<>();
        long creditEpoch = 1;
    }

    public void receive(ByteBuf frames) {
        checker.checkAll(frames);
        adapter.readAll(frames, this);
    }

    public ByteBuf take() {
        ByteBuf taken = out;
        out = Unpooled.buffer();
        return taken;
    }

    public void socketLost() {
        out.clear();
        welcomed = false;
        consumers.values().forEach(consumer -> consumer.away = true);
    }

    // ---- what the server does by itself ----

    /** Makes the next {@code most} applied commands durable and answers them. */
    public void confirm(long most) {
        long through = Math.min(lastApplied, confirmed + most);
        while (confirmed < through) {
            confirmed++;
            answer(confirmed);
        }
        if (welcomed) {
            writer.into(out);
            writer.confirmedFrame(confirmed);
        }
    }

    private void answer(long number) {
        Runnable result = results.get(number);
        if (result != null && welcomed) {
            writer.into(out);
            result.run();
        }
    }

    /** Sends messages as credit allows, at most so many. */
    public void dispatch(int most) {
        int left = most;
        for (Map.Entry<Long, Consumer> entry : consumers.entrySet()) {
            Consumer consumer = entry.getValue();
            while (left > 0
                    && !consumer.away
                    && consumer.creditEpoch == consumer.epoch
                    && consumer.sent < consumer.total) {
                Long next = nextFree();
                if (next == null) {
                    return;
                }
                consumer.held.add(next);
                consumer.sent++;
                left--;
                deliver(entry.getKey(), consumer.epoch, next);
            }
        }
    }

    private @Nullable Long nextFree() {
        for (Long sequence : pending) {
            if (consumers.values().stream().noneMatch(consumer -> consumer.held.contains(sequence))) {
                return sequence;
            }
        }
        return null;
    }

    void deliver(long consumerId, long epoch, long sequence) {
        deliverLarge(consumerId, epoch, sequence, 0);
    }

    /** A message whose body follows in chunks, or is in the envelope when it has no bytes. */
    void deliverLarge(long consumerId, long epoch, long sequence, long bodyBytes) {
        writer.into(out);
        DeliverEncoder deliver = writer.deliver(8)
                .consumerId(consumerId)
                .addressId(1)
                .sequence(sequence)
                .bodyBytes(bodyBytes)
                .epoch(epoch)
                .deliveryCount(1)
                .priority((short) 4);
        deliver.flags().clear().chunked(bodyBytes > 0);
        writer.end(deliver.putEnvelope(new byte[8], 0, 8).limit());
    }

    void deliverTransient(long consumerId, long epoch, long sequence) {
        writer.into(out);
        DeliverEncoder deliver = writer.deliver(8)
                .consumerId(consumerId)
                .addressId(1)
                .sequence(sequence)
                .epoch(epoch)
                .deliveryCount(1)
                .priority((short) 4);
        deliver.flags().clear().transientMessage(true);
        writer.end(deliver.putEnvelope(new byte[8], 0, 8).limit());
    }

    void chunk(long consumerId, long epoch, long sequence, long offset, int bytes) {
        writer.into(out);
        var chunk = writer.deliverChunk(bytes)
                .consumerId(consumerId)
                .sequence(sequence)
                .bodyOffset(offset)
                .epoch(epoch)
                .priority((short) 4);
        chunk.flags().clear();
        writer.end(chunk.putData(new byte[bytes], 0, bytes).limit());
    }

    public ServerFrameWriter writer() {
        writer.into(out);
        return writer;
    }

    // ---- frames ----

    @Override
    public void hello(HelloDecoder frame) {
        heard.add("hello " + frame.sessionId());
        byte[] bytes = new byte[Wire.NAME_BYTES_MAX];
        var unused = frame.getNamespaceName(bytes, 0, 0)
                + frame.getClientId(bytes, 0, bytes.length)
                + frame.getUser(bytes, 0, bytes.length)
                + frame.getPassword(bytes, 0, bytes.length)
                + frame.getClient(bytes, 0, bytes.length);
        unreached = new String(bytes, 0, frame.getUnreached(bytes, 0, bytes.length), StandardCharsets.UTF_8);
        writer.into(out);
        if (leader != null && !unreached.equals(leader)) {
            writer.redirectFrame(clusterId, leader);
            return;
        }
        if (refuseHello != null) {
            writer.refusedFrame(0, refuseHello, 0, 0, "refused: " + refuseHello);
            return;
        }
        boolean resumed = known;
        known = true;
        welcomed = true;
        var welcome = writer.welcome("", BucketMap.initial(1))
                .protocolVersion(1)
                .sessionId(SESSION)
                .resumed((short) (resumed ? 1 : 0))
                .lastNumber(lastApplied)
                .serverTimeMillis(1_000_000)
                .incarnation(incarnation)
                .frameBytesMax(Wire.FRAME_BYTES_MAX)
                .chunkBytesMax(Wire.CHUNK_BYTES_MAX)
                .windowCommands(WINDOW_COMMANDS)
                .windowBytes(WINDOW_BYTES)
                .heartbeatMillis(HEARTBEAT_MILLIS)
                .graceMillis(GRACE_MILLIS)
                .clusterId(clusterId);
        writer.end(welcome.limit());
        transientBytes = 0;
        // What was applied meanwhile is confirmed to a client that asks again only when it repeats it.
        confirmed = Math.min(confirmed, lastApplied);
    }

    private boolean isNext(long number, String what) {
        if (number <= lastApplied) {
            heard.add("repeat " + number);
            if (number <= confirmed) {
                answer(number);
                writer.into(out);
                writer.confirmedFrame(confirmed);
            }
            return false;
        }
        if (number != lastApplied + 1) {
            throw new AssertionError("gap: " + number + " after " + lastApplied);
        }
        lastApplied = number;
        applied.add(what);
        return true;
    }

    @Override
    public void publish(PublishDecoder frame) {
        byte[] envelope = new byte[frame.envelopeLength()];
        String text = new String(envelope, 0, frame.getEnvelope(envelope, 0, envelope.length), StandardCharsets.UTF_8);
        if (frame.number() == 0) {
            transients.add(text);
            transientBytes += Wire.LENGTH_BYTES + 8 + PublishDecoder.BLOCK_LENGTH + 4 + envelope.length;
            return;
        }
        RefusalCode refusal = refusePublish;
        long number = frame.number();
        if (isNext(number, "publish " + text)) {
            if (refusal != null) {
                results.put(number, () -> writer.refusedFrame(number, refusal, 10, 11, "no room"));
            } else {
                pending.add(number);
            }
        }
    }

    @Override
    public void chunk(ChunkDecoder frame) {
        long offset = frame.bodyOffset();
        int bytes = frame.dataLength();
        if (frame.number() == 0) {
            transients.add("chunk " + offset + "+" + bytes);
            transientBytes += Wire.LENGTH_BYTES + 8 + 24 + 4 + bytes;
        } else {
            boolean unused = isNext(frame.number(), "chunk " + offset + "+" + bytes);
        }
    }

    @Override
    public void createAddress(CreateAddressDecoder frame) {
        long number = frame.number();
        if (isNext(number, "create")) {
            results.put(number, () -> writer.createdFrame(number, 1000 + number));
        }
    }

    @Override
    public void openConsumer(OpenConsumerDecoder frame) {
        if (isNext(frame.number(), "open " + frame.consumerId())) {
            consumers.put(frame.consumerId(), new Consumer());
            long number = frame.number();
            results.put(number, () -> writer.createdFrame(number, 5));
        }
    }

    @Override
    public void closeConsumer(CloseConsumerDecoder frame) {
        if (isNext(frame.number(), "close " + frame.consumerId())) {
            consumers.remove(frame.consumerId());
        }
    }

    @Override
    public void acknowledge(AcknowledgeDecoder frame) {
        boolean next = frame.number() != 0 && isNext(frame.number(), "acknowledge");
        for (AcknowledgeDecoder.RangesDecoder range : frame.ranges()) {
            for (int offset = 0; next && offset < range.runLength(); offset++) {
                long sequence = range.firstSequence() + offset;
                if (pending.remove(sequence)) {
                    acknowledged.add(sequence);
                }
                consumers.values().forEach(consumer -> consumer.held.remove(sequence));
            }
            if (next) {
                String unawaited = range.flags().unawaited() ? " unawaited" : "";
                heard.add("acknowledge " + range.firstSequence() + "+" + range.runLength() + unawaited);
            }
            if (frame.number() == 0) {
                heard.add("transient acknowledge " + range.firstSequence() + "+" + range.runLength());
            }
        }
    }

    @Override
    public void giveBack(ReturnDecoder frame) {
        Consumer consumer = consumers.get(frame.consumerId());
        if (isNext(frame.number(), "return") && consumer != null) {
            if (frame.epoch() <= consumer.epoch) {
                throw new AssertionError("epoch " + frame.epoch() + " after " + consumer.epoch);
            }
            consumer.held.clear();
            consumer.epoch = frame.epoch();
            consumer.sent = 0;
        }
    }

    @Override
    public void credit(CreditDecoder frame) {
        Consumer consumer = consumers.get(frame.consumerId());
        if (consumer == null) {
            throw new AssertionError("credit for the unknown consumer " + frame.consumerId());
        }
        consumer.creditEpoch = frame.epoch();
        consumer.total = frame.total();
    }

    @Override
    public void reattach(ReattachDecoder frame) {
        Consumer consumer = consumers.get(frame.consumerId());
        if (consumer == null) {
            throw new AssertionError("reattach of the unknown consumer " + frame.consumerId());
        }
        if (frame.epoch() <= consumer.epoch) {
            throw new AssertionError("epoch " + frame.epoch() + " after " + consumer.epoch);
        }
        for (ReattachDecoder.HeldDecoder range : frame.held()) {
            if (range.flags().settled()) {
                heard.add("last settled " + frame.consumerId() + " " + range.firstSequence());
                continue;
            }
            for (int offset = 0; offset < range.runLength(); offset++) {
                consumer.claiming.add(range.firstSequence() + offset);
            }
        }
        heard.add("reattach " + frame.consumerId() + " " + consumer.claiming);
        if (frame.more() != 0) {
            return;
        }
        consumer.held.clear();
        if (!claimsExpire) {
            consumer.claiming.stream().filter(pending::contains).forEach(consumer.held::add);
        }
        consumer.claiming.clear();
        consumer.epoch = frame.epoch();
        consumer.creditEpoch = frame.epoch();
        consumer.sent = 0;
        consumer.total = 0;
        consumer.away = false;
        writer.into(out);
        writer.reattachedFrame(frame.consumerId(), frame.epoch(), !claimsExpire);
    }

    @Override
    public void clientHeartbeat(ClientHeartbeatDecoder frame) {
        heard.add("beat " + frame.confirmedThrough());
    }

    @Override
    public void closeSession(CloseSessionDecoder frame) {
        boolean unused = isNext(frame.number(), "close session");
    }
}
