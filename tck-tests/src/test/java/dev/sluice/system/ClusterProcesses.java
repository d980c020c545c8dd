package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.ClusterStatus;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Three members of a cluster as processes of their own, on loopback; a failed test prints what they said. */
final class ClusterProcesses implements BeforeEachCallback, AfterEachCallback {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int shards;
    private final List<String> options;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, JavaProcess> processes = new HashMap<>();
    private String members = "";
    private Path directory = Path.of("");

    ClusterProcesses(int shards) {
        this(shards, List.of());
    }

    /** {@code options}: more of them for each member. */
    ClusterProcesses(int shards, List<String> options) {
        this.shards = shards;
        this.options = List.copyOf(options);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("sluice-cluster-");
        Set<Integer> taken = new HashSet<>();
        List<String> named = new ArrayList<>();
        for (String name : NAMES) {
            int port = freePort(taken);
            ports.put(name, port);
            named.add(name + "=127.0.0.1:" + port + ":" + freePort(taken));
        }
        members = String.join(",", named);
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
        for (String name : processes.keySet()) {
            JavaProcess process = processes.get(name);
            if (process != null) {
                process.kill();
                if (context.getExecutionException().isPresent()) {
                    System.err.println("---- member " + name + " said:\n" + process.output() + "----");
                }
            }
        }
        ServerProcess.deleteAll(directory);
    }

    /** Starts a member, without waiting for it. */
    void start(String name) {
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--node",
                name,
                "--cluster",
                members,
                "--data",
                data(name).toString(),
                "--shards",
                Integer.toString(shards)));
        arguments.addAll(options);
        processes.put(
                name,
                JavaProcess.ofTheProduct(
                        directory.resolve(name + ".txt"), JVM, "dev.sluice.server.cli.Main", arguments));
    }

    /** Starts one more, of which the others were not told; returns how it is named. */
    String startNew(String name) throws IOException {
        Set<Integer> taken = new HashSet<>(ports.values());
        int port = freePort(taken);
        String added = name + "=127.0.0.1:" + port + ":" + freePort(taken);
        ports.put(name, port);
        members += "," + added;
        start(name);
        return added;
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
                directory.resolve("command.txt"), JVM, "dev.sluice.server.cli.Main", arguments);
        int code = process.awaitExit(PATIENCE);
        return process.output() + code;
    }

    /** SIGKILL. */
    void kill(String name) {
        process(name).kill();
    }

    /** SIGSTOP: it is there, and does not run. */
    void pause(String name) throws IOException, InterruptedException {
        signal(name, "-STOP");
    }

    /** SIGCONT. */
    void resume(String name) throws IOException, InterruptedException {
        signal(name, "-CONT");
    }

    private void signal(String name, String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder(
                        "kill", signal, Long.toString(process(name).pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill " + signal + " ended with " + code);
        }
    }

    private JavaProcess process(String name) {
        return Objects.requireNonNull(processes.get(name));
    }

    /** The member that leads a shard; waits until there is one. */
    String leader(int shard) {
        AtomicReference<String> leader = new AtomicReference<>();
        Awaitility.await("shard " + shard + " has a leader")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    leader.set(ClusterStatus.of(members).leaderOf(shard));
                    return leader.get() != null;
                });
        return leader.get();
    }

    /** A member that leads none of the shards, or else not this one. */
    String follower(int shard) {
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

    void awaitLeaders() {
        for (int shard = 0; shard < shards; shard++) {
            String unused = leader(shard);
        }
    }

    /** Waits until every member answers and has what the leaders have. */
    void awaitAllUp() {
        Awaitility.await("all members are up")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> ClusterStatus.of(members).members().stream()
                        .allMatch(answer ->
                                answer.fault() == null && answer.shards().size() == shards));
    }

    /** All members, the one after {@code first} in front. */
    String url(int first) {
        return "sluice://"
                + NAMES.stream()
                        .map(name -> NAMES.get((NAMES.indexOf(name) + first) % NAMES.size()))
                        .map(name -> "127.0.0.1:" + ports.get(name))
                        .collect(Collectors.joining(","));
    }

    /** Connects; a first connect may meet an election. */
    Connection connect(int first) {
        ConnectionFactory factory = new SluiceConnectionFactory(url(first));
        AtomicReference<Connection> connection = new AtomicReference<>();
        Awaitility.await("a member serves")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(JMSException.class)
                .until(() -> {
                    connection.set(factory.createConnection());
                    return true;
                });
        return connection.get();
    }
}
