package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.server.log.LogException;
import dev.sluice.wire.BucketMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Raft server of this process, with a group for each shard and one for the catalog. Started once the shards have opened their stores; closed after them, by the same owner. */
public final class RaftMember implements AutoCloseable {
    private static final long CUT_MILLIS_MAX = 30_000;
    private static final String DRAINED_FILE = "drained";

    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);

    private final RaftOptions options;
    private final Identity identity;
    private final Shards shards;
    private final List<Terms> terms = new ArrayList<>();
    /** What the shards' logs had at the start. */
    private final List<Kept> kept = new ArrayList<>();

    private final ClientId client = ClientId.randomId();
    private final Vouchers vouchers = new Vouchers(Clock.SYSTEM);
    private final CopySource source;
    private final StoreCopies copies;
    private final Catalog catalog;
    private final SharedLong cuts = new SharedLong(0);
    private final SharedRef<RaftServer> server = new SharedRef<>();
    private final SharedRef<Leadership> leadership = new SharedRef<>();
    private @Nullable Joining joining;

    private RaftMember(RaftOptions options, Identity identity, Shards shards, Catalog catalog) {
        this.catalog = catalog;
        this.options = options;
        this.identity = identity;
        this.shards = shards;
        source = new CopySource(shards.rows, Clock.SYSTEM);
        copies = new StoreCopies(shards.rows);
    }

    /**
     * The shards of this server.
     *
     * @param logs of the shards, started
     * @param terms a file for each shard, beside its store
     * @param rows what the shards have, to be copied
     * @param leaders hears who leads
     */
    public record Shards(List<RaftLog> logs, List<Path> terms, CopiedRows rows, Leaders leaders) {}

    /**
     * Finds out which cluster this is a member of; the first time it waits for other members.
     *
     * @return what {@link #start} is given
     * @throws LogException when it cannot be one, with the reason for the operator
     * @throws InterruptedException when the thread was interrupted while it waited
     */
    public static Belonging belong(RaftOptions options) throws InterruptedException {
        Identity identity = Identity.open(options.directory(), options.self(), options.own(), options.shards());
        return new Belonging(options, identity.facts().hasCluster() ? identity : Assembly.await(options, identity));
    }

    /**
     * Makes a server that was alone the only member of a cluster; it does not run.
     *
     * @param clusterId the name of its data
     * @param terms as in {@link Shards}
     * @throws LogException when it cannot be written
     */
    public static void adopt(RaftOptions options, long clusterId, List<Path> terms) {
        try {
            for (Path file : terms) {
                try (Terms adopted = Terms.open(file)) {
                    adopted.adopt();
                }
            }
        } catch (IOException fault) {
            throw new LogException("terms cannot be written: " + fault.getMessage(), fault);
        }
        Identity identity = Identity.open(options.directory(), options.self(), options.own(), options.shards());
        Identity unused = identity.of(clusterId, List.of(identity.facts().self()));
    }

    /** A member whose cluster is known. */
    public static final class Belonging {
        private final RaftOptions options;
        private final Identity identity;

        private Belonging(RaftOptions options, Identity identity) {
            this.options = options;
            this.identity = identity;
        }

        /** Names the data of the cluster. */
        public long clusterId() {
            return identity.facts().clusterId();
        }

        /** The id of this member. */
        public String id() {
            return identity.id();
        }
    }

    /**
     * Starts it; who leads is told later, to the logs.
     *
     * @throws LogException when its port is in use, or its files cannot be read
     */
    public static RaftMember start(Belonging belonging, Shards shards) {
        RaftMember member = new RaftMember(belonging.options, belonging.identity, shards, catalog(belonging.options));
        boolean started = false;
        try {
            for (Path file : shards.terms) {
                member.terms.add(Terms.open(file));
            }
            member.start();
            started = true;
            return member;
        } catch (IOException | IllegalStateException | CompletionException | ExitUtils.ExitException fault) {
            throw new LogException(
                    "the Raft server cannot start on " + belonging.options.own().raft() + ": " + reason(fault), fault);
        } finally {
            if (!started) {
                member.close();
            }
        }
    }

    private static Catalog catalog(RaftOptions options) {
        try {
            return Catalog.open(options.directory(), options.shards());
        } catch (IOException fault) {
            throw new LogException("the catalog cannot be read: " + fault.getMessage(), fault);
        }
    }

    private static String reason(Throwable fault) {
        Throwable deepest = fault;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private void start() throws IOException {
        // A port in use, say, is no reason to end a process that may have other work.
        ExitUtils.disableSystemExit();
        Files.createDirectories(options.directory());
        for (int shard = RaftOptions.CATALOG; shard < shards.logs.size(); shard++) {
            GroupFiles group = new GroupFiles(
                    options.directory().resolve(groupId(shard).getUuid().toString()));
            group.removeUnfinished();
            if (identity.isFounder()) {
                group.tellMembers(founders());
            }
            if (shard == RaftOptions.CATALOG) {
                Catalog.Kept known = catalog.kept();
                group.renewOpenLog(known == null ? 0 : known.entry().getIndex());
            } else {
                long applied = shards.logs.get(shard).appliedAtStart();
                group.renewOpenLog(applied);
                group.dropOlderLog(applied);
                kept.add(group.cutLog(applied, options.logBytes()));
            }
        }
        RaftServer made = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(identity.id()))
                .setStateMachineRegistry(this::machine)
                .setProperties(RaftSettings.of(options))
                .setParameters(RaftSettings.services(identity.id(), MemberCalls.service(this::answer)))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.set(made);
        made.start();
        List<RaftGroupId> known = new ArrayList<>();
        made.getGroupIds().forEach(known::add);
        Submission submission = new Submission(made, client);
        // The catalog first: who has the groups of shards has its one, too.
        for (int shard = RaftOptions.CATALOG; shard < shards.logs.size(); shard++) {
            if (!known.contains(groupId(shard))) {
                refuseLostLog(shard, !known.isEmpty());
                check(made.groupManagement(
                        GroupManagementRequest.newAdd(client, made.getId(), shard, firstGroup(shard), true)));
            }
            if (shard == RaftOptions.CATALOG) {
                catalog.proposer(submission.ofCatalog(groupId(shard)));
            } else {
                RaftLog log = shards.logs.get(shard);
                log.proposer(submission.ofShard(groupId(shard), log));
            }
        }
        joining = new Joining(options, identity.facts(), this::members);
        joining.start();
    }

    /** Who was not there at the beginning votes on nothing before the others have made it a member. */
    private RaftGroup firstGroup(int shard) {
        List<RaftPeer> first = identity.isFounder() ? founders() : List.of();
        return RaftGroup.valueOf(groupId(shard), first);
    }

    private List<RaftPeer> founders() {
        return identity.facts().founders().stream().map(MemberAddress::peer).toList();
    }

    // ---- what other members ask; any thread ----

    private void answer(int kind, DataInput call, DataOutput answer) throws IOException {
        switch (kind) {
            case MemberCalls.FACTS -> identity.facts().write(answer);
            case MemberCalls.MEMBERS -> members(call.readInt()).write(answer);
            case MemberCalls.CATALOG -> {
                BucketMap map = catalog.map();
                answer.writeLong(map == null ? 0 : map.version());
            }
            case MemberCalls.OPEN_COPY -> {
                int shard = shard(call);
                source.open(shard, terms.get(shard), answer);
            }
            case MemberCalls.LEADERSHIP -> answer.writeUTF(leadership(call.readUTF()));
            case MemberCalls.READ_COPY -> source.read(call.readLong(), call.readLong(), answer);
            case MemberCalls.VOUCH -> vouchers.received(Vouchers.Voucher.read(call));
            default -> throw new IOException("this member does not know calls of kind " + kind);
        }
    }

    private String leadership(String line) throws IOException {
        Leadership current = leadership.value();
        if (current == null) {
            throw new IOException("this member still starts");
        }
        return current.answer(line);
    }

    private int shard(DataInput call) throws IOException {
        int shard = call.readInt();
        if (shard < 0 || shard >= terms.size()) {
            throw new IOException("there is no shard " + shard);
        }
        return shard;
    }

    /** Who has a shard, or the catalog, as this member knows. */
    ShardMembers members(int shard) {
        try {
            RaftServer running = server.value();
            if (running == null) {
                return new ShardMembers(null, List.of());
            }
            RaftServer.Division division = running.getDivision(groupId(shard));
            RaftPeerId leader = division.getInfo().getLeaderId();
            return new ShardMembers(
                    leader == null ? null : leader.toString(),
                    division.getRaftConf().getCurrentPeers().stream()
                            .map(MemberAddress::of)
                            .toList());
        } catch (IOException ending) {
            return new ShardMembers(null, List.of());
        }
    }

    /**
     * Tells the member that leads a shard that this one has checked a client which it passes on, or sends there.
     *
     * @param done called on any thread with whether it knows
     */
    public void vouch(int shard, long keyHigh, long keyLow, String user, Consumer<Boolean> done) {
        ShardMembers members = members(shard);
        members.all().stream()
                .filter(member -> member.id().equals(members.leader()))
                .findFirst()
                .ifPresentOrElse(
                        leader -> vouchers.send(leader.raft(), new Vouchers.Voucher(keyHigh, keyLow, user), done),
                        () -> done.accept(false));
    }

    /** Whether another member has checked this client lately, and passed it on or sent it here; true once. */
    public boolean takeVoucher(long keyHigh, long keyLow, String user) {
        return vouchers.take(new Vouchers.Voucher(keyHigh, keyLow, user));
    }

    /** Where clients reach the member that leads a shard, as host:port; null when that is not known, or it is this one. */
    public @Nullable String leaderForClients(int shard) {
        ShardMembers members = members(shard);
        return members.all().stream()
                .filter(member ->
                        member.id().equals(members.leader()) && !member.id().equals(identity.id()))
                .map(MemberAddress::clients)
                .findFirst()
                .orElse(null);
    }

    /** Where clients reach the members, host:port with commas between them; empty when that is not known. */
    public String membersForClients() {
        return members(RaftOptions.CATALOG).all().stream()
                .map(MemberAddress::clients)
                .filter(address -> !address.isEmpty())
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** What it knows and no Raft log: votes were forgotten, and perhaps what was acknowledged last. */
    private void refuseLostLog(int shard, boolean hasOthers) throws IOException {
        if (shard == RaftOptions.CATALOG) {
            if (hasOthers || catalog.kept() != null) {
                throw new IOException("this member has no Raft log of the catalog (in " + options.directory()
                        + "): bring that back, or start with an empty data directory, which is filled by the others. When"
                        + " an earlier version made the data, which had no catalog, start that one");
            }
            return;
        }
        long applied = shards.logs.get(shard).appliedAtStart();
        if (applied > 0 && terms.get(shard).termOf(applied) > Terms.BEFORE_RAFT) {
            throw new IOException("shard " + shard + " has a store but no Raft log (in " + options.directory()
                    + "): bring that back, or start with an empty data directory, which is filled by the others");
        }
    }

    private RaftGroupId groupId(int shard) {
        return RaftOptions.group(identity.facts(), shard);
    }

    private StateMachine machine(RaftGroupId group) {
        if (groupId(RaftOptions.CATALOG).equals(group)) {
            return new CatalogMachine(catalog, fault -> shards.logs.forEach(log -> log.failed(fault)));
        }
        for (int shard = 0; shard < shards.logs.size(); shard++) {
            if (groupId(shard).equals(group)) {
                ShardMachine.Raft raft = new ShardMachine.Raft(
                        shard, client.toByteString(), shards.logs.get(shard), terms.get(shard), this);
                return new ShardMachine(raft, kept.get(shard));
            }
        }
        throw new IllegalStateException("the directory of the Raft logs has one of another cluster: " + group);
    }

    private static void check(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw reply.getException() == null ? new IOException(reply.toString()) : reply.getException();
        }
    }

    // ---- what the shards' machines ask; threads of Ratis ----

    Leaders leaders() {
        return shards.leaders;
    }

    long logBytes() {
        return options.logBytes();
    }

    /** The entry after which a shard's log is needed by members that copy it. */
    long neededAfter(int shard) {
        source.giveUpIdle();
        return source.neededAfter(shard);
    }

    StoreCopies copies() {
        return copies;
    }

    /** Asks Ratis to cut the log of a shard, which asks the machine how far. Returns at once. */
    void cut(int shard) {
        RaftServer running = server.value();
        if (running != null) {
            long call = cuts.add(1);
            var unused = running.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                            client, running.getId(), groupId(shard), call, CUT_MILLIS_MAX))
                    .whenComplete((reply, fault) -> {
                        if (fault != null) {
                            LOG.debug("shard={} cut=failed", shard, fault);
                        }
                    });
        }
    }

    /** Which shard has which bucket, as this member knows; null before it has heard of any map. */
    public @Nullable BucketMap buckets() {
        return catalog.map();
    }

    /** Waits until it knows that, so long at most; answers whether it does. The first time it knows when most members are there, or when it was made one. */
    public boolean awaitBuckets(Duration most) throws InterruptedException {
        return catalog.await(most.toNanos());
    }

    Catalog catalog() {
        return catalog;
    }

    // ---- who leads ----

    /** From now on it takes part in who leads what; {@code balance}: also when nobody asks for it. */
    public void lead(boolean balance) {
        Path drained = options.directory().resolveSibling(DRAINED_FILE);
        RatisGroup ofCatalog =
                new RatisGroup(Objects.requireNonNull(server.value()), groupId(RaftOptions.CATALOG), client);
        leadership.set(Leadership.start(
                new Leadership.Ground(posts(), ofCatalog, shards.leaders, drained, balance),
                () -> others(members(0).all())));
    }

    private List<MemberAddress> others(List<MemberAddress> all) {
        return all.stream().filter(member -> !member.id().equals(identity.id())).toList();
    }

    /** Its shards, by number. */
    List<Transfers.Post> posts() {
        RaftServer running = Objects.requireNonNull(server.value());
        List<Transfers.Post> posts = new ArrayList<>();
        for (int shard = 0; shard < shards.logs.size(); shard++) {
            posts.add(new Transfers.Post(shards.logs.get(shard), new RatisGroup(running, groupId(shard), client)));
        }
        return posts;
    }

    /** Before a stop: whatever it leads is given to others, if that can be done in about two seconds. Returns when it is over. */
    public void handOver() {
        Leadership current = leadership.value();
        if (current != null) {
            current.handOver();
        }
    }

    @Override
    public void close() {
        Leadership current = leadership.value();
        if (current != null) {
            current.close();
        }
        if (joining != null) {
            joining.close();
        }
        catalog.close();
        copies.close();
        source.close();
        vouchers.close();
        RaftServer running = server.value();
        server.set(null);
        try {
            if (running != null) {
                running.close();
            }
            for (Terms file : terms) {
                file.close();
            }
        } catch (IOException fault) {
            throw new LogException("the Raft server cannot be closed: " + fault.getMessage(), fault);
        }
    }
}
