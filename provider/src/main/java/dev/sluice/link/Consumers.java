package dev.sluice.link;

import dev.sluice.wire.FrameException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.ConsumerClosedDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.ReattachEncoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All consumers of the link: their commands on the way in, their deliveries on the way out, and what they claim after a reconnect. Owned by the link machine. */
final class Consumers {
    private static final float LOAD_FACTOR = 0.6f;
    private static final int INITIAL = 16;

    private final CommandQueue commands;
    private final Output output;
    private final LinkEffects effects;
    private final CommandEncoder encoder = new CommandEncoder();
    private final Long2ObjectHashMap<ConsumerState> byId = new Long2ObjectHashMap<>(INITIAL, LOAD_FACTOR, false);
    /** Acknowledgements of non-persistent messages that wait for the socket. */
    private final ArrayDeque<ConsumerCommand.Acknowledge> waiting = new ArrayDeque<>();

    /** Consumers whose acknowledgements of non-persistent messages the server may not have heard. */
    private final ArrayDeque<ConsumerState> telling = new ArrayDeque<>();

    private boolean attached;
    private long incarnation;

    Consumers(CommandQueue commands, Output output, LinkEffects effects) {
        this.commands = commands;
        this.output = output;
        this.effects = effects;
    }

    // ---- commands ----

    void open(ConsumerCommand.Open command) {
        if (byId.containsKey(command.consumerId())) {
            command.refuse(
                    new LinkException(RefusalCode.PROTOCOL, "consumer " + command.consumerId() + " is open already"));
            return;
        }
        ByteBuf frame;
        try {
            frame = encoder.openConsumer(command.spec);
        } catch (FrameException tooLong) {
            command.refuse(new LinkException(RefusalCode.LIMIT, String.valueOf(tooLong.getMessage()), tooLong));
            return;
        }
        ConsumerState consumer = new ConsumerState(command.consumerId(), command.sink, effects);
        byId.put(consumer.id, consumer);
        consumer.epochCommandSubmitted();
        submit(command, frame);
    }

    void close(ConsumerCommand.Close command) {
        ConsumerState consumer = byId.get(command.consumerId());
        Ranges retained = command.retained.cutForFrames();
        // What is beyond a frame goes back to the server uncounted, and is sent again.
        int count = retained.frameEnd(0);
        if (consumer != null) {
            consumer.close();
            for (int index = 0; index < count; index++) {
                if (retained.isTransient(index)) {
                    for (int offset = 0; offset < retained.count(index); offset++) {
                        consumer.held.add(retained.priority(index), true, retained.first(index) + offset);
                    }
                }
            }
        }
        submit(command, encoder.closeConsumer(command.consumerId(), retained, count));
    }

    void acknowledge(ConsumerCommand.Acknowledge command) {
        Ranges ranges = command.ranges;
        if (command.transactionId != 0) {
            take(command);
            return;
        }
        Ranges persistent = persistentOf(ranges);
        if (persistent != ranges) {
            waiting.add(command);
            writeTransient();
        }
        if (persistent.size() == 0) {
            command.finish();
            return;
        }
        Ranges cut = persistent.cutForFrames();
        int from = 0;
        for (int to = cut.frameEnd(0); to < cut.size(); to = cut.frameEnd(from)) {
            Ranges part = cut.part(from, to);
            submit(
                    command.part(part),
                    encoder.acknowledge(command.consumerId(), command.awaited, part, 0, part.size()));
            from = to;
        }
        submit(command, encoder.acknowledge(command.consumerId(), command.awaited, cut, from, cut.size()));
    }

    /** Of the non-persistent ones only what is still held: after a restart of the server the sequences mean other messages. */
    private void take(ConsumerCommand.Acknowledge command) {
        ConsumerState consumer = byId.get(command.consumerId());
        Ranges all = new Ranges();
        for (int index = 0; index < command.ranges.size(); index++) {
            if (!command.ranges.isTransient(index)) {
                all.addRun(
                        command.ranges.priority(index),
                        false,
                        command.ranges.first(index),
                        command.ranges.count(index));
            } else if (consumer != null) {
                consumer.held.find(command.ranges, index, all);
            }
        }
        if (all.size() == 0) {
            command.finish();
            return;
        }
        Ranges cut = all.cutForFrames();
        int from = 0;
        for (int to = cut.frameEnd(0); to < cut.size(); to = cut.frameEnd(from)) {
            Ranges part = cut.part(from, to);
            ConsumerCommand.Acknowledge first = command.part(part);
            submit(first, encoder.take(first, incarnation, part, 0, part.size()));
            from = to;
        }
        submit(command, encoder.take(command, incarnation, cut, from, cut.size()));
    }

    void giveBack(ConsumerCommand.GiveBack command) {
        ConsumerState consumer = byId.get(command.consumerId());
        if (consumer == null || consumer.isClosing()) {
            giveBackRetained(command, consumer);
            return;
        }
        if (!consumer.beginEpoch(command.epoch)) {
            command.finish();
            return;
        }
        Ranges failed = command.failed.cutForFrames();
        int from = 0;
        for (int to = failed.frameEnd(0); to < failed.size(); to = failed.frameEnd(from)) {
            ByteBuf frame = encoder.giveBack(consumer.id, consumer.wireEpoch(), failed, from, to);
            consumer.epochCommandSubmitted();
            submit(new ConsumerCommand.GiveBack(consumer.id, command.epoch, failed), frame);
            consumer.raiseWireEpoch();
            from = to;
        }
        consumer.epochCommandSubmitted();
        submit(command, encoder.giveBack(consumer.id, consumer.wireEpoch(), failed, from, failed.size()));
    }

    /** What a closed consumer retained goes back: epoch 0, since there is none to begin. */
    private void giveBackRetained(ConsumerCommand.GiveBack command, @Nullable ConsumerState consumer) {
        Ranges failed = command.failed.cutForFrames();
        int from = 0;
        for (int to = failed.frameEnd(0); to < failed.size(); to = failed.frameEnd(from)) {
            ByteBuf frame = encoder.giveBack(command.consumerId(), 0, failed, from, to);
            if (consumer != null) {
                consumer.epochCommandSubmitted();
            }
            submit(new ConsumerCommand.GiveBack(command.consumerId(), 0, failed), frame);
            from = to;
        }
        if (consumer != null) {
            consumer.epochCommandSubmitted();
        }
        submit(command, encoder.giveBack(command.consumerId(), 0, failed, from, failed.size()));
    }

    void credit(long consumerId, long epoch, long total) {
        ConsumerState consumer = byId.get(consumerId);
        if (consumer != null) {
            consumer.credit(epoch, total);
            if (attached) {
                consumer.writeCredit(output);
            }
        }
    }

    private void submit(Command command, ByteBuf frame) {
        command.frame(frame);
        ConsumerState settling = settlingConsumer(command);
        if (settling != null) {
            settling.settlementSubmitted();
        }
        commands.add(command);
        if (attached) {
            commands.pump(output);
        }
    }

    /** The persistent ones; the same object when all are. */
    private static Ranges persistentOf(Ranges ranges) {
        int index = 0;
        while (index < ranges.size() && !ranges.isTransient(index)) {
            index++;
        }
        if (index == ranges.size()) {
            return ranges;
        }
        Ranges persistent = new Ranges();
        for (int each = 0; each < ranges.size(); each++) {
            if (!ranges.isTransient(each)) {
                persistent.addRun(ranges.priority(each), false, ranges.first(each), ranges.count(each));
            }
        }
        return persistent;
    }

    /** Only what is still held: after a restart of the server the sequences mean other messages. */
    private void writeTransient() {
        ConsumerCommand.Acknowledge command = attached ? waiting.poll() : null;
        while (command != null) {
            ConsumerState consumer = byId.get(command.consumerId());
            Ranges found = new Ranges();
            for (int index = 0; consumer != null && index < command.ranges.size(); index++) {
                if (command.ranges.isTransient(index)) {
                    consumer.held.remove(command.ranges, index, found);
                }
            }
            if (consumer != null && found.size() > 0) {
                writeTransient(consumer.id, found);
                consumer.told.add(found, commands.next());
                if (!telling.contains(consumer)) {
                    telling.add(consumer);
                }
            }
            forgetIfDone(consumer);
            command = waiting.poll();
        }
    }

    private void writeTransient(long consumerId, Ranges ranges) {
        Ranges cut = ranges.cutForFrames();
        for (int from = 0; from < cut.size(); from = cut.frameEnd(from)) {
            output.append(encoder.acknowledgeTransient(consumerId, cut, from, cut.frameEnd(from)));
        }
    }

    /** On a new socket, before anything else: what the server has not heard on the one before must not come again. */
    private void tellAgain() {
        for (ConsumerState consumer : telling) {
            writeTransient(consumer.id, consumer.told.again(commands.next()));
        }
    }

    /** The server has answered all commands up to this one, and heard what was said before it. */
    void confirmed(long through) {
        if (!telling.isEmpty()) {
            boolean unused = telling.removeIf(consumer -> consumer.told.isHeard(through));
        }
    }

    // ---- what the command queue says ----

    void written(Command command) {
        ConsumerState consumer = epochConsumer(command);
        if (consumer != null) {
            consumer.epochCommandWritten();
            consumer.writeCredit(output);
        }
        ConsumerState settling = settlingConsumer(command);
        if (settling != null) {
            settling.settlementWritten();
            if (attached && settling.mayReattach()) {
                reattach(settling);
            }
        }
    }

    void left(Command command) {
        ConsumerState consumer = epochConsumer(command);
        if (consumer != null) {
            consumer.epochCommandLeft(command.isWritten());
            if (command.kind() == Command.Kind.OPEN_CONSUMER && command.isRefused()) {
                consumer.close();
                byId.remove(consumer.id);
            } else if (attached && consumer.mayReattach()) {
                reattach(consumer);
            }
        } else if (command instanceof ConsumerCommand.Acknowledge acknowledge) {
            settled(acknowledge);
        } else if (command.kind() == Command.Kind.CLOSE_CONSUMER) {
            forgetIfDone(byId.get(command.consumerId()));
        }
    }

    private void settled(ConsumerCommand.Acknowledge command) {
        ConsumerState consumer = byId.get(command.consumerId());
        if (consumer != null) {
            consumer.settlementLeft(command.isWritten());
        }
        acknowledged(command);
        if (consumer != null && attached && consumer.mayReattach()) {
            reattach(consumer);
        }
    }

    /**
     * Only now it is let go of: had the socket been lost before, and the message not been claimed again, the server would have given it
     * to others ahead of the repeated acknowledgement.
     */
    private void acknowledged(ConsumerCommand.Acknowledge command) {
        ConsumerState consumer = byId.get(command.consumerId());
        // Non-persistent ones that are acknowledged outside of a transaction were let go of when that was written.
        boolean all = command.transactionId != 0;
        for (int index = 0; consumer != null && index < command.ranges.size(); index++) {
            if (all || !command.ranges.isTransient(index)) {
                consumer.held.remove(command.ranges, index, null);
            }
        }
        forgetIfDone(consumer);
    }

    private @Nullable ConsumerState settlingConsumer(Command command) {
        return command.kind() == Command.Kind.ACKNOWLEDGE ? byId.get(command.consumerId()) : null;
    }

    private @Nullable ConsumerState epochConsumer(Command command) {
        return command.kind() == Command.Kind.OPEN_CONSUMER || command.kind() == Command.Kind.RETURN
                ? byId.get(command.consumerId())
                : null;
    }

    private void forgetIfDone(@Nullable ConsumerState consumer) {
        if (consumer != null && consumer.isClosing() && consumer.held.isEmpty()) {
            byId.remove(consumer.id);
        }
    }

    // ---- sockets ----

    void socketLost() {
        attached = false;
        byId.values().forEach(ConsumerState::socketLost);
    }

    /** A new socket is there. */
    void prepareReattach(long newIncarnation) {
        attached = true;
        boolean sameIncarnation = incarnation == newIncarnation;
        incarnation = newIncarnation;
        if (!sameIncarnation) {
            byId.values().forEach(consumer -> consumer.held.clearTransient());
            telling.forEach(consumer -> consumer.told.clear());
            telling.clear();
        }
        tellAgain();
    }

    /** Says what is held, after the unconfirmed commands: what they acknowledge is not held, and must not go to others before. */
    void reattach() {
        for (ConsumerState consumer : byId.values()) {
            if (consumer.mayReattach()) {
                reattach(consumer);
            }
        }
    }

    /** After the unconfirmed commands were written. */
    void goOn() {
        byId.values().forEach(consumer -> consumer.writeCredit(output));
        writeTransient();
    }

    private void reattach(ConsumerState consumer) {
        consumer.reattaching();
        Ranges held = consumer.held.all().cutForFrames();
        int settled = held.size();
        consumer.held.addLastSettled(held);
        int from = 0;
        do {
            int to = held.frameEnd(from);
            var frame = output.frame();
            ReattachEncoder reattach = frame.reattach(to - from)
                    .consumerId(consumer.id)
                    .epoch(consumer.wireEpoch())
                    .more((short) (to < held.size() ? 1 : 0));
            ReattachEncoder.HeldEncoder group = reattach.heldCount(to - from);
            for (int index = from; index < to; index++) {
                group.next()
                        .priority((short) held.priority(index))
                        .runLength(held.count(index))
                        .firstSequence(held.first(index));
                group.flags().clear().transientMessage(held.isTransient(index)).settled(index >= settled);
            }
            frame.end(reattach.limit());
            from = to;
        } while (from < held.size());
    }

    /** Whether the server has answered every claim. */
    boolean hasOpenClaims() {
        for (ConsumerState consumer : byId.values()) {
            if (consumer.hasOpenClaims()) {
                return true;
            }
        }
        return false;
    }

    // ---- frames of the server ----

    void reattached(ReattachedDecoder frame) {
        ConsumerState consumer = byId.get(frame.consumerId());
        if (consumer != null) {
            consumer.reattached(frame.epoch(), frame.claimed() != 0);
            consumer.writeCredit(output);
        }
    }

    void deliver(DeliverDecoder frame) {
        ConsumerState consumer = byId.get(frame.consumerId());
        if (consumer != null) {
            consumer.deliver(frame);
        }
    }

    void chunk(DeliverChunkDecoder frame) {
        ConsumerState consumer = byId.get(frame.consumerId());
        if (consumer != null) {
            consumer.chunk(frame);
        }
    }

    void closed(ConsumerClosedDecoder frame) {
        ConsumerState consumer = byId.get(frame.consumerId());
        if (consumer != null && !consumer.isClosing()) {
            RefusalCode code = RefusalCode.of(frame.code());
            byte[] text = new byte[frame.textLength()];
            int length = frame.getText(text, 0, text.length);
            byId.remove(consumer.id);
            consumer.ended(code, new String(text, 0, length, StandardCharsets.UTF_8));
        }
    }

    /** A file is complete, or could not be written: then its consumer ends. */
    boolean spooled(LargeBody body, @Nullable String failure) {
        ConsumerState owner = null;
        for (ConsumerState consumer : byId.values()) {
            if (consumer.spooled(body)) {
                owner = consumer;
                break;
            }
        }
        if (owner != null && failure != null) {
            owner.ended(RefusalCode.INTERNAL, failure);
            close(new ConsumerCommand.Close(owner.id, new Ranges()));
        }
        return owner != null;
    }

    /** The link has ended. */
    void giveUp() {
        List<ConsumerState> all = new ArrayList<>(byId.values());
        byId.clear();
        waiting.clear();
        all.forEach(ConsumerState::close);
        attached = false;
    }
}
