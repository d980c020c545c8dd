package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.ClusterStatus;
import dev.sluice.server.raft.RaftStatus;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Three members of a cluster as processes of their own, on loopback or where a {@link Place} says; a failed test prints what they said. */
public final class ClusterProcesses implements BeforeEachCallback, AfterEachCallback {
    /** Of the members. */
    public static final List<String> NAMES = List.of("a", "b", "c");

    private static final List<String> JVM = List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC");
    /** In a test of some seconds three members that are compiled in full do little else. */
    private static final List<String> BRIEFLY =
            Stream.concat(JVM.stream(), Stream.of("-XX:TieredStopAtLevel=1")).toList();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Members are asked one after the other, and the load goes on. */
    private static final long UNDER_WAY_MAX = 2_000;

    private int shards;
    private final Place place;
    private final Access access;
    private final List<String> jvm;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, JavaProcess> processes = new HashMap<>();
    private String members = "";
    private Path directory = Path.of("");

    /** Where members run. */
    public interface Place {
        /** The address of a member. */
        String address(String name);

        /** The command that stands before the one of a member. */
        List<String> before(String name);

        /** Before a member starts the first time: {@code data} is to be where it has its data. */
        default void prepare(String name, Path data) {}

        /** After a member has ended, before its data is deleted. */
        default void clear(String name) {}
    }

    /**
     * How one comes in.
     *
     * @param serverOptions what members are told for it
     * @param urlOptions what clients say
     */
    public record Access(List<String> serverOptions, String urlOptions) {}

    /** All on this machine. */
    public static final Place LOOPBACK = new Place() {
        @Override
        public String address(String name) {
            return "127.0.0.1";
        }

        @Override
        public List<String> before(String name) {
            return List.of();
        }
    };

    ClusterProcesses(int shards) {
        this(shards, List.of());
    }

    /** {@code options}: more of them for each member. */
    ClusterProcesses(int shards, List<String> options) {
        this(shards, LOOPBACK, new Access(options, ""), BRIEFLY);
    }

    /** With so many shards, there. */
    public ClusterProcesses(int shards, Place place, Access access) {
        this(shards, place, access, JVM);
    }

    private ClusterProcesses(int shards, Place place, Access access, List<String> jvm) {
        this.shards = shards;
        this.place = place;
        this.access = access;
        this.jvm = jvm;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        open();
    }

    /** Starts them, where they are no extension, and waits until each shard has a leader. */
    public void open() throws IOException {
        directory = Files.createTempDirectory("sluice-cluster-");
        Set<Integer> taken = new HashSet<>();
        List<String> named = new ArrayList<>();
        for (String name : NAMES) {
            int port = freePort(taken);
            ports.put(name, port);
            named.add(name + "=" + place.address(name) + ":" + port + ":" + freePort(taken));
        }
        members = String.join(",", named);
        NAMES.forEach(name -> place.prepare(name, data(name)));
        startAloneAndKill(NAMES.get(0));
        NAMES.forEach(this::start);
        awaitLeaders();
    }

    /** A member that was there before there were enough for an election, and was killed, is good for the next one. */
    private void startAloneAndKill(String name) {
        start(name);
        Awaitility.await(name + " listens")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> process(name).output().contains("waiting for"));
        kill(name);
    }

    private static int freePort(Set<Integer> taken) throws IOException {
        int port = ServerProcess.freePort();
        while (!taken.add(port)) {
            port = ServerProcess.freePort();
        }
        return port;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        close(context.getExecutionException().isPresent());
    }

    /** Ends them and deletes what they had; says what they said when the test has failed. */
    public void close(boolean failed) throws IOException {
        for (String name : processes.keySet()) {
            JavaProcess process = processes.get(name);
            if (process != null) {
                process.kill();
                if (failed) {
                    System.err.println("---- member " + name + " said:\n" + process.output() + "----");
                }
            }
        }
        NAMES.forEach(place::clear);
        ServerProcess.deleteAll(directory);
    }

    /** Starts a member, without waiting for it. */
    public void start(String name) {
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--node",
                name,
                "--cluster",
                members,
                "--bind",
                place.address(name),
                "--data",
                data(name).toString(),
                "--shards",
                Integer.toString(shards)));
        arguments.addAll(access.serverOptions);
        processes.put(
                name,
                JavaProcess.ofTheProduct(
                        place.before(name), outputFile(name), jvm, "dev.sluice.server.cli.Main", arguments));
    }

    /** The file of what a member says. */
    public Path outputFile(String name) {
        return directory.resolve(name + ".txt");
    }

    /** Starts one more, of which the others were not told; returns how it is named. */
    String startNew(String name) throws IOException {
        Set<Integer> taken = new HashSet<>(ports.values());
        int port = freePort(taken);
        String added = name + "=" + place.address(name) + ":" + port + ":" + freePort(taken);
        ports.put(name, port);
        members += "," + added;
        start(name);
        return added;
    }

    /** What members have from their next start on. */
    void shards(int count) {
        shards = count;
    }

    /** Kills all, and what they have is gone. */
    void killAll() throws IOException {
        for (String name : NAMES) {
            wipe(name);
        }
    }

    /** Starts a member's server as one that is alone. */
    void startAlone(String name) {
        processes.put(
                name,
                JavaProcess.ofTheProduct(
                        directory.resolve(name + ".txt"),
                        jvm,
                        "dev.sluice.server.cli.Main",
                        List.of(
                                "server",
                                "--port",
                                Integer.toString(Objects.requireNonNull(ports.get(name))),
                                "--data",
                                data(name).toString(),
                                "--shards",
                                Integer.toString(shards))));
    }

    /** A member as it stands in the list of all. */
    String named(String name) {
        return Arrays.stream(members.split(",", -1))
                .filter(member -> member.startsWith(name + "="))
                .findFirst()
                .orElseThrow();
    }

    /** Where a member has its data. */
    Path data(String name) {
        return directory.resolve(name);
    }

    /** SIGKILL, and its data is gone. */
    void wipe(String name) throws IOException {
        kill(name);
        ServerProcess.deleteAll(data(name));
    }

    /** What a member has said since its last start. */
    String output(String name) {
        return process(name).output();
    }

    /** Runs {@code sluice cluster …}; returns what it printed, its exit code last. */
    String command(String... words) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("cluster"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--cluster", members));
        JavaProcess process = JavaProcess.ofTheProduct(
                directory.resolve("command.txt"), BRIEFLY, "dev.sluice.server.cli.Main", arguments);
        int code = process.awaitExit(PATIENCE);
        return process.output() + code;
    }

    /** SIGTERM, and the exit code. */
    int stop(String name) {
        return process(name).terminate(PATIENCE);
    }

    /** SIGKILL. */
    public void kill(String name) {
        process(name).kill();
    }

    /** The process that a member is now. */
    public JavaProcess process(String name) {
        return Objects.requireNonNull(processes.get(name));
    }

    /** The member that leads a shard; waits until there is one. */
    public String leader(int shard) {
        AtomicReference<String> leader = new AtomicReference<>();
        Awaitility.await("shard " + shard + " has a leader")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    leader.set(status().leaderOf(shard));
                    return leader.get() != null;
                });
        return leader.get();
    }

    /** A member that leads none of the shards, or else not this one. */
    public String follower(int shard) {
        Set<String> leaders = new HashSet<>();
        for (int other = 0; other < shards; other++) {
            leaders.add(leader(other));
        }
        return NAMES.stream()
                .filter(name -> !leaders.contains(name))
                .findFirst()
                .orElseGet(() -> NAMES.stream()
                        .filter(name -> !name.equals(leader(shard)))
                        .findFirst()
                        .orElseThrow());
    }

    public void awaitLeaders() {
        for (int shard = 0; shard < shards; shard++) {
            String unused = leader(shard);
        }
    }

    /** Waits until every member answers and has what the leaders have. */
    public void awaitAllUp() {
        Awaitility.await("all members are up")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> status().members().stream()
                        .allMatch(answer ->
                                answer.fault() == null && answer.shards().size() == shards));
    }

    /** Waits until every member answers and has all that the leaders have, but for what is under way. */
    void awaitCaughtUp() {
        awaitAllUp();
        Awaitility.await("all members have all")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    ClusterStatus status = ClusterStatus.of(members);
                    return IntStream.range(0, shards).allMatch(shard -> {
                        LongSummaryStatistics applied = status.members().stream()
                                .flatMap(answer -> answer.shards().stream())
                                .filter(one -> one.shard() == shard)
                                .mapToLong(RaftStatus::applied)
                                .summaryStatistics();
                        return applied.getCount() == NAMES.size()
                                && applied.getMax() - applied.getMin() < UNDER_WAY_MAX;
                    });
                });
    }

    /** All members, the one after {@code first} in front. */
    public String url(int first) {
        return "sluice://"
                + NAMES.stream()
                        .map(name -> NAMES.get((NAMES.indexOf(name) + first) % NAMES.size()))
                        .map(name -> place.address(name) + ":" + ports.get(name))
                        .collect(Collectors.joining(","))
                + access.urlOptions;
    }

    /** One member alone. */
    public String urlOf(String name) {
        return "sluice://" + place.address(name) + ":" + ports.get(name) + access.urlOptions;
    }

    /** Connects; a first connect may meet an election. */
    Connection connect(int first) {
        return connect(url(first));
    }

    /** Connects to this one alone. */
    Connection connectTo(String name) {
        return connect("sluice://127.0.0.1:" + ports.get(name));
    }

    private static Connection connect(String url) {
        ConnectionFactory factory = new SluiceConnectionFactory(url);
        return FirstConnect.of(factory::createConnection);
    }

    /** What the members say of themselves. */
    public ClusterStatus status() {
        return ClusterStatus.of(members);
    }
}
