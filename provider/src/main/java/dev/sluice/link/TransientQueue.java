package dev.sluice.link;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Non-persistent messages on their way out: they wait for the socket and for the server's credit, and once written are not written
 * again. A large one that a lost socket cut in two is lost whole, and the server is told to drop what it has of it. Owned by the link
 * machine.
 */
final class TransientQueue {
    private final LinkEffects effects;
    private final ArrayDeque<TransientPart> waiting = new ArrayDeque<>();
    private final ArrayDeque<Written> onTheWay = new ArrayDeque<>();
    private final CommandEncoder encoder = new CommandEncoder();
    /** Uploads that a lost socket cut in two, perhaps. */
    private final Set<Long> cut = new LinkedHashSet<>();

    private long windowBytes = 1;
    private long sentBytes;
    private long takenBytes;
    /** The upload whose parts were all written to this socket, so far. */
    private final ArrayDeque<Long> uploads = new ArrayDeque<>();

    /** Not taken yet. {@code ours}: no caller's window let it in. */
    private record Written(int bytes, long stageId, boolean ours) {}

    TransientQueue(LinkEffects effects) {
        this.effects = effects;
    }

    void window(long bytes) {
        windowBytes = bytes;
    }

    void add(TransientPart part) {
        waiting.add(part);
    }

    /** Writes what the credit allows. */
    void pump(Output output) {
        dropCut(output);
        TransientPart part = waiting.peek();
        while (part != null && (sentBytes == takenBytes || sentBytes - takenBytes + part.bytes() <= windowBytes)) {
            waiting.remove();
            if (isWhole(part)) {
                write(output, part.frame(), new Written(part.bytes(), part.stageId(), false));
            } else {
                effects.transientLeft(part.bytes());
            }
            part = waiting.peek();
        }
    }

    private void write(Output output, ByteBuf frame, Written written) {
        sentBytes += written.bytes;
        onTheWay.add(written);
        output.append(frame);
    }

    private void dropCut(Output output) {
        for (long stageId : cut) {
            ByteBuf frame = encoder.dropStage(false, stageId);
            write(output, frame, new Written(frame.readableBytes(), stageId, true));
        }
        cut.clear();
    }

    /** The server has taken so many bytes since Welcome. */
    void taken(long bytes) {
        while (!onTheWay.isEmpty() && takenBytes + onTheWay.peek().bytes <= bytes) {
            Written written = onTheWay.remove();
            takenBytes += written.bytes;
            left(written);
        }
    }

    private void left(Written written) {
        if (!written.ours) {
            effects.transientLeft(written.bytes);
        }
    }

    /** The socket is lost, and with it what was written and not taken. */
    void socketLost() {
        for (Written written : onTheWay) {
            left(written);
            if (written.stageId != 0) {
                cut.add(written.stageId);
            }
        }
        cut.addAll(uploads);
        onTheWay.clear();
        uploads.clear();
        sentBytes = 0;
        takenBytes = 0;
    }

    /** The link has ended. */
    void giveUp() {
        socketLost();
        waiting.forEach(part -> effects.transientLeft(part.bytes()));
        waiting.clear();
    }

    private boolean isWhole(TransientPart part) {
        if (part.stageId() == 0) {
            return true;
        }
        if (part.first()) {
            uploads.add(part.stageId());
            return true;
        }
        boolean known = uploads.contains(part.stageId());
        if (part.last()) {
            boolean unused = uploads.remove(part.stageId());
        }
        return known;
    }
}
