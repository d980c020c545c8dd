package dev.sluice.link;

import java.util.ArrayDeque;

/**
 * Non-persistent messages on their way out: they wait for the socket and for the server's credit, and once written are not written
 * again. A large one that a lost socket cut in two is lost whole. Owned by the link machine.
 */
final class TransientQueue {
    private final LinkEffects effects;
    private final ArrayDeque<TransientPart> waiting = new ArrayDeque<>();
    private final ArrayDeque<Integer> onTheWay = new ArrayDeque<>();
    private long windowBytes = 1;
    private long sentBytes;
    private long takenBytes;
    /** The upload whose parts were all written to this socket, so far. */
    private final ArrayDeque<Long> uploads = new ArrayDeque<>();

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
        TransientPart part = waiting.peek();
        while (part != null && (sentBytes == takenBytes || sentBytes - takenBytes + part.bytes() <= windowBytes)) {
            waiting.remove();
            if (isWhole(part)) {
                sentBytes += part.bytes();
                onTheWay.add(part.bytes());
                output.append(part.frame());
            } else {
                effects.transientLeft(part.bytes());
            }
            part = waiting.peek();
        }
    }

    /** The server has taken so many bytes since Welcome. */
    void taken(long bytes) {
        while (!onTheWay.isEmpty() && takenBytes + onTheWay.peek() <= bytes) {
            int frameBytes = onTheWay.remove();
            takenBytes += frameBytes;
            effects.transientLeft(frameBytes);
        }
    }

    /** The socket is lost, and with it what was written and not taken. */
    void socketLost() {
        onTheWay.forEach(effects::transientLeft);
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
