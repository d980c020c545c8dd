package dev.sluice.server.simulation.client;

import dev.sluice.server.simulation.stage.End;
import dev.sluice.server.simulation.stage.HeapBuffers;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.Frames;
import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** One attempt of a link to have a socket, and what comes of it. Dead as soon as the link lets go of it. */
final class SimulatedSocket implements End.Listener {
    private final Owner owner;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private ByteBuf come = HeapBuffers.ALLOCATOR.heapBuffer();
    private @Nullable End end;
    private boolean dead;

    /** Hears of the socket, in a turn of its own each. */
    interface Owner {
        /** Something happens. */
        void happened(Runnable event);

        /** Whole frames came. */
        void received(ByteBuf frames);

        /** What came is not of the protocol. */
        void malformed(FrameException broken);

        /** It is gone. */
        void lost(String why);
    }

    SimulatedSocket(Owner owner) {
        this.owner = owner;
    }

    boolean isDead() {
        return dead;
    }

    /** It is connected. */
    void connected(End newEnd) {
        end = newEnd;
        newEnd.listen(this);
    }

    void write(ByteBuf frames) {
        byte[] bytes = new byte[frames.readableBytes()];
        var unused = frames.readBytes(bytes);
        written.writeBytes(bytes);
        frames.release();
    }

    void flush() {
        End open = end;
        if (open != null && open.canSend() && written.size() > 0) {
            open.send(written.toByteArray());
            written.reset();
        }
    }

    /** Closes it after what was written. */
    void abandon() {
        dead = true;
        flush();
        if (end != null) {
            end.close();
        }
    }

    @Override
    public void received(byte[] bytes) {
        owner.happened(() -> {
            if (dead) {
                return;
            }
            come.writeBytes(bytes);
            try {
                int whole = Frames.completeBytes(come, Wire.FRAME_BYTES_MAX);
                if (whole > 0) {
                    owner.received(come.readSlice(whole));
                }
                come = come.discardReadBytes();
            } catch (FrameException broken) {
                owner.malformed(broken);
            }
        });
    }

    @Override
    public void ended(String why) {
        owner.happened(() -> {
            if (!dead) {
                dead = true;
                owner.lost(why);
            }
        });
    }

    @Override
    public void hasRoom() {
        flush();
    }
}
