package dev.sluice.link;

import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A numbered command with its encoded frame, from the call until it is confirmed; it is its own {@link Reply}. The frame is heap memory,
 * so that a forgotten one is no leak. Built by the calling thread, then owned by the link machine.
 */
public sealed class Command extends Answer implements LinkCall permits ConsumerCommand {
    /** The number is the first field of every numbered command. */
    private static final int NUMBER_INDEX = Wire.LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH;

    private final Kind kind;
    private final long consumerId;
    private @Nullable ByteBuf frame;
    private long result;
    private @Nullable LinkException refusal;
    private boolean written;
    private boolean writtenBefore;

    Command(Kind kind, long consumerId, @Nullable ByteBuf frame) {
        this.kind = kind;
        this.consumerId = consumerId;
        this.frame = frame;
    }

    /** A publish or chunk; its bytes were let in by the window, and {@link LinkEffects#commandLeft} says when they are out. */
    public static Command publishing(ByteBuf frame) {
        return new Command(Kind.PUBLISHING, 0, frame);
    }

    /** Any other command that concerns no consumer. */
    public static Command of(ByteBuf frame) {
        return new Command(Kind.PLAIN, 0, frame);
    }

    static Command closing(ByteBuf frame) {
        return new Command(Kind.CLOSE_SESSION, 0, frame);
    }

    @Override
    public void enter(LinkMachine machine) {
        machine.submit(this);
    }

    @Override
    public final void refuse(LinkException why) {
        fail(why);
    }

    Kind kind() {
        return kind;
    }

    long consumerId() {
        return consumerId;
    }

    int bytes() {
        return frame == null ? 0 : frame.readableBytes();
    }

    ByteBuf frame() {
        if (frame == null) {
            throw new IllegalStateException("the frame of an answered command");
        }
        return frame;
    }

    void frame(ByteBuf encoded) {
        frame = encoded;
    }

    void number(long number) {
        frame().setLongLE(NUMBER_INDEX, number);
    }

    void markWritten() {
        written = true;
    }

    /** The socket is lost: it will be written again. */
    void markLost() {
        writtenBefore |= written;
        written = false;
    }

    /** Whether it was written to this socket. */
    boolean isWritten() {
        return written;
    }

    void result(long value) {
        result = value;
    }

    void refused(LinkException why) {
        refusal = why;
    }

    /** The length of its frame; for the caller, before it hands the command over. */
    public int encodedBytes() {
        return bytes();
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** The server has answered. */
    void finish() {
        frame = null;
        if (refusal == null) {
            succeed(result);
        } else {
            fail(refusal);
        }
    }

    /** The link has ended: what became of the command is known only if it was never written. */
    void giveUp(LinkException why) {
        frame = null;
        boolean unknown = written || writtenBefore;
        fail(new LinkException(why.code(), (unknown ? "outcome unknown: " : "not sent: ") + why.getMessage(), why));
    }

    /** What the machine must know of a command besides its bytes. */
    enum Kind {
        PLAIN,
        PUBLISHING,
        OPEN_CONSUMER,
        CLOSE_CONSUMER,
        RETURN,
        ACKNOWLEDGE,
        CLOSE_SESSION
    }
}
