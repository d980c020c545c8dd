package dev.sluice.server;

import dev.sluice.server.log.LogException;
import dev.sluice.server.raft.MemberAddress;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.raft.RaftOptions;
import dev.sluice.server.store.StoreException;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Makes the data of a server that was alone those of the first member of a cluster, which has one member then; others are added to it. It may
 * divide them among more shards. A crash in the middle leaves the one or the other. Used once.
 */
public final class Adoption {
    private final ServerConfig config;
    private final Path data;
    private final int wanted;
    private final Consumer<Step> listener;

    private Adoption(ServerConfig config, int wanted, Consumer<Step> listener) {
        this.config = config;
        this.data = config.storage().data();
        this.wanted = wanted;
        this.listener = listener;
    }

    /** What is done, one after the other; with {@link #DIVIDE} come those that only a division needs. */
    enum Step {
        /** All that is in the logs goes into the stores. */
        STORE,
        /** The logs say that the sessions have ended. */
        END_SESSIONS,
        /** And the stores then. */
        STORE_AGAIN,
        /** Stores of the new shards are made, beside the old ones. */
        DIVIDE,
        /** Who it will be is written. */
        IDENTIFY,
        /** From here on it is a member. */
        BECOME_MEMBER,
        /** What is not needed any more goes, and new shards take its place. */
        SETTLE
    }

    /**
     * What was done.
     *
     * @param shards how many it has now
     * @param sessionsEnded of clients that were away, for more shards
     */
    public record Adopted(int shardsBefore, int shards, int sessionsEnded) {
        /** Whether there are more shards. */
        public boolean isDivided() {
            return shards > shardsBefore;
        }
    }

    /**
     * Does it.
     *
     * @param config of the member that it will be
     * @param shards how many it is to have; 0 for as many as it has
     * @throws StartException when it cannot, with the reason for the operator; the server can be started as before then
     */
    public static Adopted adopt(ServerConfig config, int shards) {
        return adopt(config, shards, step -> {});
    }

    /** As above; {@code listener} is told of each step before it is done. */
    static Adopted adopt(ServerConfig config, int shards, Consumer<Step> listener) {
        if (!config.cluster().isSet()) {
            throw new StartException("which member of which cluster will it be? Say so by --node and --cluster");
        }
        try {
            return new Adoption(config.withShards(shards), shards, listener).adopt();
        } catch (IOException | LogException | StoreException fault) {
            throw new StartException(String.valueOf(fault.getMessage()), fault);
        }
    }

    private Adopted adopt() throws IOException {
        listener.accept(Step.STORE);
        putAllIntoTheStores();
        int ended = 0;
        try (DataDirectory directory = DataDirectory.lock(data, 0)) {
            ShardDivision division = division(directory);
            long applied = division.checkAllIsStored();
            if (!division.isNeeded()) {
                become(directory, directory.clusterId(), data);
                return new Adopted(directory.shards(), directory.shards(), 0);
            }
            ShardPlan.check(config, wanted);
            division.checkIsPossible(applied);
            listener.accept(Step.END_SESSIONS);
            ended = division.endSessions();
        }
        listener.accept(Step.STORE_AGAIN);
        putAllIntoTheStores();
        try (DataDirectory directory = DataDirectory.lock(data, 0)) {
            int before = directory.shards();
            ShardDivision division = division(directory);
            long applied = division.checkAllIsStored();
            division.checkIsPossible(applied);
            listener.accept(Step.DIVIDE);
            division.divide(applied);
            become(directory, DataDirectory.newClusterId(), directory.division());
            return new Adopted(before, wanted, ended);
        }
    }

    private ShardDivision division(DataDirectory directory) {
        int shards = wanted == 0 ? directory.shards() : wanted;
        return new ShardDivision(data, directory.shards(), directory.division(), shards);
    }

    /** A start replays the logs, and a stop stores what they have. */
    private void putAllIntoTheStores() {
        if (Files.notExists(data)) {
            throw new StartException("there is no data directory " + data + " (--data)");
        }
        SluiceServer.startEmbedded(config.alone().withShards(0), new LocalAddress(Adoption.class))
                .stop();
    }

    /** With the shards that are in {@code place}. */
    private void become(DataDirectory directory, long clusterId, Path place) throws IOException {
        int shards = wanted == 0 ? directory.shards() : wanted;
        Path raft = data.resolve("raft");
        List<MemberAddress> members =
                config.cluster().all().stream().map(Member::address).toList();
        RaftOptions options = new RaftOptions(
                config.cluster().node(), members, shards, raft, config.cluster().logBytes());
        List<Path> terms = IntStream.range(0, shards)
                .mapToObj(shard -> ShardPlan.terms(place, shard))
                .toList();
        listener.accept(Step.IDENTIFY);
        // Of an adoption that was not finished; it may have been one of another member, or with other shards.
        DataDirectory.delete(raft);
        RaftMember.adopt(options, clusterId, terms);
        directory.syncDivision();
        listener.accept(Step.BECOME_MEMBER);
        directory.becomeMember(clusterId, shards);
        listener.accept(Step.SETTLE);
        directory.settleDivision();
        for (int shard = 0; shard < shards; shard++) {
            DataDirectory.delete(ShardPlan.directory(data, shard).resolve("log"));
        }
    }
}
