package dev.sluice.server.gateway;

import dev.sluice.base.SharedLong;
import dev.sluice.server.shard.Inbox;
import dev.sluice.server.shard.Outlet;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.ServerFrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An inbox that welcomes everyone and remembers what came; it can be made full. */
final class RecordingInbox implements Inbox {
    final List<Greeting> greetings = new CopyOnWriteArrayList<>();
    final List<Outlet> outlets = new CopyOnWriteArrayList<>();
    final List<Outlet> closed = new CopyOnWriteArrayList<>();
    final List<Outlet> drained = new CopyOnWriteArrayList<>();
    final SharedLong reads = new SharedLong(0);
    final SharedLong bytes = new SharedLong(0);
    final SharedLong refusals = new SharedLong(0);
    private final SharedLong full = new SharedLong(0);

    void full(boolean isFull) {
        full.set(isFull ? 1 : 0);
    }

    @Override
    public boolean hello(Outlet outlet, Greeting greeting) {
        if (isFull()) {
            return false;
        }
        greetings.add(greeting);
        outlets.add(outlet);
        welcome(outlet);
        return true;
    }

    @Override
    public boolean isServing() {
        return true;
    }

    private boolean isFull() {
        if (full.value() == 1) {
            long count = refusals.add(1);
            assert count > 0;
            return true;
        }
        return false;
    }

    private static void welcome(Outlet outlet) {
        ByteBuf frame = outlet.allocate(128);
        ServerFrameWriter writer = new ServerFrameWriter();
        writer.into(frame);
        writer.end(writer.welcome("", BucketMap.initial(1))
                .protocolVersion(1)
                .sessionId(7)
                .resumed((short) 0)
                .lastNumber(0)
                .serverTimeMillis(0)
                .incarnation(1)
                .frameBytesMax(1)
                .chunkBytesMax(1)
                .windowCommands(1)
                .windowBytes(1)
                .heartbeatMillis(1)
                .graceMillis(1)
                .limit());
        outlet.write(frame);
    }

    @Override
    public boolean frames(Outlet outlet, ByteBuf frames) {
        if (isFull()) {
            return false;
        }
        long all = reads.add(1) + bytes.add(frames.readableBytes());
        assert all > 0;
        frames.release();
        return true;
    }

    @Override
    public void closed(Outlet outlet) {
        closed.add(outlet);
    }

    @Override
    public long serverTimeMillis() {
        return 1;
    }

    @Override
    public void drained(Outlet outlet) {
        drained.add(outlet);
    }
}
