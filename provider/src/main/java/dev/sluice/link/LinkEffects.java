package dev.sluice.link;

import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What the link machine wants done outside. Nothing comes back through these calls; what happens is told to the machine later. */
public interface LinkEffects {
    /** Connect to this server; {@link LinkMachine#connected} or {@link LinkMachine#connectFailed} follows. */
    void connect(SocketAddress server, Named by);

    /** Write whole frames to the socket; takes over the buffer. */
    void write(ByteBuf frames);

    /** Send what was written. */
    void flush();

    /** End the socket or the attempt; nothing more is heard of it. */
    void disconnect();

    /** The server's limits for what is not confirmed (its bytes also for non-persistent messages on their way), and for a chunk. */
    void limits(int windowCommands, long windowBytes, int chunkBytes);

    /** What the server's data is named; the same after each reconnect. */
    void data(long clusterId);

    /** A publish or chunk of so many bytes was answered: there is room for another. */
    void commandLeft(long bytes);

    /** A non-persistent frame of so many bytes was taken by the server, or is lost: there is room for another. */
    void transientLeft(long bytes);

    /**
     * Until when, by the monotonic and by the wall clock, whichever comes first, prefetched messages may be handed out; moved on by every
     * word of the server while attached.
     */
    void handOutUntil(long nanos, long wallMillis);

    /** What the server's clock shows now. */
    void serverTime(long millis);

    /** The first Welcome has come. */
    void established();

    /** The link is closed (null) or has failed for good. Nothing follows. */
    void ended(@Nullable LinkException failure);

    /** Append to the file of a large body, made at its first part; {@link LinkMachine#spooled} follows the last part, or a failure. */
    void spool(LargeBody body, byte[] part);

    /** The body is not wanted any more. */
    void unspool(LargeBody body);

    /** Who named a server. What other servers call one need not be good here: whether it is should be known soon. */
    enum Named {
        BY_APPLICATION,
        /** It is of the cluster, and one of the last that are asked. */
        MEMBER,
        /** It serves the shard, and who named it knows another way there. */
        LEADER
    }
}
