package dev.sluice.chaos;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.ClusterStatus;
import dev.sluice.server.raft.RaftStatus;
import dev.sluice.system.ClusterProcesses;
import dev.sluice.system.JavaProcess;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Makes faults happen and ends them. Used by one thread. */
final class Faults {
    private static final Duration TERMINATE_PATIENCE = Duration.ofSeconds(60);

    /** A leader that hears from no majority steps down after one to two times the longest wait for an election, which is 2 s. */
    private static final Duration STEP_DOWN_PATIENCE = Duration.ofSeconds(6);

    private static final String PROBE = "chaos.probe";

    private final @Nullable Hosts hosts;
    private final ClusterProcesses cluster;
    private final Clients clients;
    private final int shards;
    private final SplittableRandom random;

    /** {@code hosts}: null where there are none, and no fault of them. */
    Faults(@Nullable Hosts hosts, ClusterProcesses cluster, Clients clients, int shards, SplittableRandom random) {
        this.hosts = hosts;
        this.cluster = cluster;
        this.clients = clients;
        this.shards = shards;
        this.random = random;
    }

    /** What a fault has done so far. */
    private static final class Course {
        private String victim = "";
        private Set<Integer> shards = new TreeSet<>();
        private long begun = System.nanoTime();
        private long struck;
        private String note = "";

        void begins() {
            begun = System.nanoTime();
        }

        void strikes() {
            struck = System.nanoTime();
        }
    }

    /** Makes it happen to someone, for a while; it is over when this returns, and healthy is nobody yet. */
    Incident strike(Fault fault) {
        Course course = new Course();
        switch (fault) {
            case KILL_LEADER,
                    STOP_LEADER,
                    PAUSE_LEADER,
                    HANG_LEADER_DISK,
                    CUT_LEADER,
                    MUTE_LEADER,
                    DEAFEN_LEADER,
                    SLOW_LEADER -> course.victim = cluster.leader(random.nextInt(shards));
            case KILL_FOLLOWER, PAUSE_FOLLOWER, CUT_FOLLOWER, MUTE_FOLLOWER, DEAFEN_FOLLOWER, SLOW_FOLLOWER ->
                course.victim = cluster.follower(random.nextInt(shards));
            case CUT_CLIENT_FROM_LEADER,
                    MUTE_CLIENT_TO_LEADER,
                    DEAFEN_CLIENT_TO_LEADER,
                    CUT_CLIENT,
                    PAUSE_CLIENT,
                    KILL_CLIENT -> course.victim = one(List.copyOf(Workload.CLIENTS.keySet()));
            case KILL_MAJORITY, RESTART_ALL -> course.victim = "members";
        }
        course.shards = ledBy(course.victim);
        course.begins();
        switch (fault) {
            case KILL_LEADER, KILL_FOLLOWER -> killMember(course);
            case STOP_LEADER -> stopMember(course);
            case PAUSE_LEADER, PAUSE_FOLLOWER -> pause(course, cluster.process(course.victim));
            case HANG_LEADER_DISK -> hangDisk(course);
            case PAUSE_CLIENT -> pause(course, clients.process(course.victim));
            case KILL_CLIENT -> killClient(course);
            case KILL_MAJORITY -> killMajority(course);
            case RESTART_ALL -> restartAll(course);
            case SLOW_LEADER, SLOW_FOLLOWER -> {
                course.note = network().slow(course.victim);
                course.strikes();
                await(random.nextLong(5_000, 15_000));
            }
            default -> cut(fault, course);
        }
        if (hosts != null) {
            hosts.network().heal();
        }
        return new Incident(
                fault,
                course.victim,
                course.shards,
                course.begun,
                course.struck,
                System.nanoTime(),
                Long.MAX_VALUE,
                course.note);
    }

    private Hosts hosts() {
        return Objects.requireNonNull(hosts);
    }

    private Network network() {
        return hosts().network();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Set<Integer> ledBy(String member) {
        Set<Integer> led = new TreeSet<>();
        for (ClusterStatus.Answer answer : cluster.status().members()) {
            if (answer.member().equals(member)) {
                answer.shards().stream().filter(RaftStatus::leads).forEach(shard -> led.add(shard.shard()));
            }
        }
        return led;
    }

    // ---- processes ----

    private void killMember(Course course) {
        cluster.kill(course.victim);
        course.strikes();
        await(random.nextLong(2_000));
        cluster.start(course.victim);
    }

    private void stopMember(Course course) {
        int code = cluster.process(course.victim).terminate(TERMINATE_PATIENCE);
        course.strikes();
        course.note = "exit code " + code;
        await(random.nextLong(2_000));
        cluster.start(course.victim);
    }

    private void pause(Course course, JavaProcess process) {
        process.pause();
        course.strikes();
        long millis = pauseMillis();
        course.note = millis + " ms";
        await(millis);
        process.resume();
    }

    /** Mostly longer than an election; some are longer than clients and servers bear with each other's silence, and one is longer than the grace behind it. */
    private long pauseMillis() {
        int kind = random.nextInt(10);
        return kind < 6
                ? random.nextLong(2_500, 8_000)
                : kind < 9 ? random.nextLong(8_000, 16_000) : random.nextLong(42_000, 48_000);
    }

    /** Mostly for longer than it takes until another member leads. */
    private void hangDisk(Course course) {
        hosts().disks().hang(course.victim);
        try {
            course.strikes();
            long millis = random.nextLong(3_000, 20_000);
            course.note = millis + " ms";
            await(millis);
        } finally {
            hosts().disks().goOn(course.victim);
        }
    }

    private void killClient(Course course) {
        clients.process(course.victim).kill();
        course.strikes();
        await(random.nextInt(4) == 0 ? random.nextLong(11_000, 14_000) : random.nextLong(2_000));
        clients.start(course.victim);
    }

    private void killMajority(Course course) {
        List<String> members = new ArrayList<>(ClusterProcesses.NAMES);
        Collections.swap(members, 2, random.nextInt(3));
        List<String> killed = members.subList(0, 2);
        course.note = String.join(" and ", killed);
        killed.forEach(cluster::kill);
        course.strikes();
        await(random.nextLong(2_000, 9_000));
        killed.forEach(cluster::start);
    }

    private void restartAll(Course course) {
        ClusterProcesses.NAMES.forEach(cluster::kill);
        course.strikes();
        await(random.nextLong(1_000));
        ClusterProcesses.NAMES.forEach(cluster::start);
    }

    // ---- the network ----

    private void cut(Fault fault, Course course) {
        String victim = course.victim;
        switch (fault) {
            case CUT_LEADER, CUT_FOLLOWER -> others(victim).forEach(other -> cutBoth(victim, other));
            case MUTE_LEADER, MUTE_FOLLOWER ->
                others(victim).forEach(other -> network().silence(victim, other));
            case DEAFEN_LEADER, DEAFEN_FOLLOWER ->
                others(victim).forEach(other -> network().silence(other, victim));
            case CUT_CLIENT_FROM_LEADER -> cutBoth(victim, cluster.leader(random.nextInt(shards)));
            case MUTE_CLIENT_TO_LEADER -> network().silence(victim, cluster.leader(random.nextInt(shards)));
            case DEAFEN_CLIENT_TO_LEADER -> network().silence(cluster.leader(random.nextInt(shards)), victim);
            case CUT_CLIENT -> ClusterProcesses.NAMES.forEach(member -> cutBoth(victim, member));
            default -> throw new IllegalArgumentException(fault + " is no cut");
        }
        course.strikes();
        long millis = pauseMillis();
        course.note = millis + " ms";
        if (fault == Fault.CUT_LEADER && !course.shards.isEmpty()) {
            course.note += "; " + probe(victim, course);
        }
        long left = millis - (System.nanoTime() - course.struck) / 1_000_000;
        await(Math.max(0, left));
    }

    private static List<String> others(String member) {
        return ClusterProcesses.NAMES.stream()
                .filter(name -> !name.equals(member))
                .toList();
    }

    private void cutBoth(String one, String other) {
        network().silence(one, other);
        network().silence(other, one);
    }

    /** What an operator and a client see at a leader that is cut off. It must say that it leads no more, and confirm nothing. */
    private String probe(String member, Course course) {
        Awaitility.await(member + " says that it leads no more")
                .atMost(STEP_DOWN_PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ledBy(member).isEmpty());
        String seen = "it said that it leads no more after " + (System.nanoTime() - course.struck) / 1_000_000 + " ms";
        String url = cluster.urlOf(member) + "&reconnect.for=0s&connect.timeout=8s";
        try (JMSContext context = new SluiceConnectionFactory(url).createContext()) {
            context.createProducer().send(context.createQueue(PROBE), "nobody else can have heard of this");
            throw new IllegalStateException(
                    member + " confirmed a message though it is cut off from all other members");
        } catch (JMSRuntimeException e) {
            return seen + "; a client that comes to it is told: " + Journal.inOneLine(e);
        }
    }

    private static void await(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofMillis(millis + 60_000))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> System.nanoTime() >= until);
    }
}
