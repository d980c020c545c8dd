package dev.sluice.server.raft;

import dev.sluice.base.HostPort;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How Ratis is set up, with the reasons. Stateless. */
final class RaftSettings {
    /** A follower that hears nothing for so long asks for votes. Shorter, and a pause of a busy machine would cost the leadership. */
    private static final TimeDuration ELECTION_MIN = TimeDuration.valueOf(1000, TimeUnit.MILLISECONDS);

    private static final TimeDuration ELECTION_MAX = TimeDuration.valueOf(2000, TimeUnit.MILLISECONDS);

    /** Two of the largest batches at a time. */
    static final SizeInBytes APPEND_BYTES = SizeInBytes.valueOf(3L << 20);

    /** Ratis wants it larger than what is appended at a time. */
    private static final SizeInBytes WRITE_BUFFER_BYTES = SizeInBytes.valueOf((3L << 20) + 4096);

    /**
     * Of each shard the open segment and one more are on the heap, where the collector copies what came since the last one; a follower that is further
     * behind is sent what is read from the file.
     */
    private static final SizeInBytes SEGMENT_BYTES = SizeInBytes.valueOf(8L << 20);

    /**
     * Ratis writes zeros ahead of the entries, at least as many as the next one has bytes. Those that a sync finds there go to the disk, and the
     * entry over them once more: with many, the log of large entries is written twice.
     */
    private static final SizeInBytes ZEROS_AHEAD_BYTES = SizeInBytes.valueOf(64L << 10);

    private static final SizeInBytes WRITE_BYTES_MAX = SizeInBytes.valueOf(1L << 30);
    private static final int SEGMENTS_CACHED = 1;
    private static final SizeInBytes MESSAGE_BYTES = SizeInBytes.valueOf(16L << 20);
    /** To a follower, of {@link #APPEND_BYTES} each when it catches up: twice what a leader has in batches under way. */
    private static final int APPENDS_UNDER_WAY = 16;

    /**
     * What may wait for the disk: more than leaders (an old one and its successor) send without an answer. In Ratis 3.2 the thread that
     * writes also queues what follows, so that a follower whose queue is full waits for itself, for ever.
     */
    private static final SizeInBytes QUEUE_BYTES =
            SizeInBytes.valueOf(2 * APPENDS_UNDER_WAY * APPEND_BYTES.getSize() + (32L << 20));

    private RaftSettings() {}

    static RaftProperties of(RaftOptions options) {
        RaftProperties all = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(all, List.of(options.directory().toFile()));
        all.set(
                RaftServerConfigKeys.REMOVED_GROUPS_DIR_KEY,
                options.directory().resolve("removed").toString());
        elections(all);
        log(all);
        network(all, options.own().raft());
        return all;
    }

    /** Calls of our own on the port of Raft. */
    static Parameters services(String id, ServerServiceDefinition service) {
        Parameters parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                (builder, types) ->
                        builder.addService(service).intercept(new AppendTurns()).intercept(new Addressee(id)));
        return parameters;
    }

    private static void elections(RaftProperties all) {
        Rpc.setTimeoutMin(all, ELECTION_MIN);
        Rpc.setTimeoutMax(all, ELECTION_MAX);
        // A leader that did not run for as long as others wait for it is one no more, and says so to its clients at
        // once.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(all, ELECTION_MIN);
        // A process that was stopped for a minute (a machine that slept) goes on as a follower: nothing it has is
        // wrong.
        RaftServerConfigKeys.setCloseThreshold(all, TimeDuration.valueOf(365, TimeUnit.DAYS));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(all, TimeDuration.valueOf(30, TimeUnit.SECONDS));
    }

    private static void log(RaftProperties all) {
        // Batches form by themselves: an entry goes out at once.
        Log.Appender.setWaitTimeMin(all, TimeDuration.ZERO);
        Log.Appender.setBufferByteLimit(all, APPEND_BYTES);
        Log.setQueueByteLimit(all, QUEUE_BYTES);
        // Small entries, too, are bounded by their bytes.
        Log.setQueueElementLimit(all, Integer.MAX_VALUE);
        Log.setWriteBufferSize(all, WRITE_BUFFER_BYTES);
        Log.setSegmentSizeMax(all, SEGMENT_BYTES);
        Log.setPreallocatedSize(all, ZEROS_AHEAD_BYTES);
        Log.setSegmentCacheNumMax(all, SEGMENTS_CACHED);
        // Who needs what was cut from the log copies the store of the leader, by our own calls.
        Log.Appender.setInstallSnapshotEnabled(all, false);
        // What the store has is cut, whatever others still need: see ShardMachine.
        Log.setPurgeUptoSnapshotIndex(all, true);
        Log.setPurgeGap(all, 1);
        RaftServerConfigKeys.Snapshot.setCreationGap(all, 1L);
        // Else each commit is logged as an entry more, with its syncs. Who starts learns from the leader what is
        // committed.
        Log.setLogMetadataEnabled(all, false);
        // The shard bounds what is under way; more than Ratis takes would be an end of the shard.
        RaftServerConfigKeys.Write.setByteLimit(all, WRITE_BYTES_MAX);
        // This process alone proposes, and never twice.
        RaftServerConfigKeys.RetryCache.setExpiryTime(all, TimeDuration.valueOf(2, TimeUnit.SECONDS));
        // A member that comes back is looked for soon.
        Log.Appender.setRetryPolicy(all, "1ms,10, 200ms,1000");
    }

    private static void network(RaftProperties all, String own) {
        RaftConfigKeys.Rpc.setType(all, SupportedRpcType.GRPC);
        InetSocketAddress named = HostPort.parse(own);
        GrpcConfigKeys.Server.setHost(all, named.getHostString());
        GrpcConfigKeys.Server.setPort(all, named.getPort());
        GrpcConfigKeys.setMessageSizeMax(all, MESSAGE_BYTES);
        GrpcConfigKeys.setFlowControlWindow(all, MESSAGE_BYTES);
        GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(all, APPENDS_UNDER_WAY);
    }
}
