package dev.sluice.server;

import dev.sluice.server.log.LocalLog;
import dev.sluice.server.log.LogException;
import dev.sluice.server.log.LogOptions;
import dev.sluice.server.raft.MemberAddress;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.raft.RaftOptions;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.server.store.StoreOptions;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the data of a server that was alone those of the first member of a cluster, which has one member then; others are added to it. A crash
 * in the middle leaves the one or the other. Stateless.
 */
public final class Adoption {
    private static final int SLAB_BYTES = 2 << 20;

    private Adoption() {}

    /**
     * Does it.
     *
     * @param config of the member that it will be
     * @return how many shards it has
     * @throws StartException when it cannot, with the reason for the operator; nothing was changed then
     */
    public static int adopt(ServerConfig config) {
        Path data = config.storage().data();
        if (!config.cluster().isSet()) {
            throw new StartException("which member of which cluster will it be? Say so by --node and --cluster");
        }
        putAllIntoTheStores(config);
        try (DataDirectory directory = DataDirectory.lock(data, 0)) {
            int shards = directory.shards();
            for (int shard = 0; shard < shards; shard++) {
                checkAllIsStored(data, shard);
            }
            List<MemberAddress> members =
                    config.cluster().all().stream().map(Member::address).toList();
            RaftOptions options = new RaftOptions(
                    config.cluster().node(),
                    members,
                    shards,
                    data.resolve("raft"),
                    config.cluster().logBytes());
            List<Path> terms = IntStream.range(0, shards)
                    .mapToObj(shard -> ShardPlan.terms(data, shard))
                    .toList();
            RaftMember.adopt(options, directory.clusterId(), terms);
            directory.becomeMember();
            for (int shard = 0; shard < shards; shard++) {
                delete(log(data, shard));
            }
            return shards;
        } catch (IOException | LogException fault) {
            throw new StartException(String.valueOf(fault.getMessage()), fault);
        }
    }

    /** A start replays the logs, and a stop stores what they have. */
    private static void putAllIntoTheStores(ServerConfig config) {
        ServerConfig alone = config.alone();
        if (Files.notExists(alone.storage().data())) {
            throw new StartException(
                    "there is no data directory " + alone.storage().data() + " (--data)");
        }
        SluiceServer.startEmbedded(alone, new LocalAddress(Adoption.class)).stop();
    }

    private static void checkAllIsStored(Path data, int shard) {
        long applied;
        try (LmdbStore store = LmdbStore.open(
                ShardPlan.directory(data, shard).resolve("store"),
                StoreOptions.defaults().withShard(shard),
                () -> {})) {
            applied = store.appliedIndex();
        }
        long[] left = {0};
        try (LocalLog log =
                LocalLog.open(log(data, shard), LogOptions.defaults().withShard(shard), () -> {})) {
            log.start(
                    applied,
                    new SlabPool(SLAB_BYTES, SLAB_BYTES),
                    (index, timestampMillis, slab, offset, length) -> left[0]++);
        }
        if (left[0] > 0) {
            throw new StartException("the store of shard " + shard + " does not have all that is in its log (" + left[0]
                    + " batches): is the disk full? Make room, and start and stop the server once");
        }
    }

    private static Path log(Path data, int shard) {
        return ShardPlan.directory(data, shard).resolve("log");
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
