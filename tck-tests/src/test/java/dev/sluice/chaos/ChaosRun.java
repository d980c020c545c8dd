package dev.sluice.chaos;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.ClusterStatus;
import dev.sluice.server.admin.UsersFile;
import dev.sluice.server.raft.RaftStatus;
import dev.sluice.system.ClusterProcesses;
import dev.sluice.system.FirstConnect;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueBrowser;
import jakarta.jms.XAConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One run, in a process of its own in the hub of the network: starts the servers and the clients, makes faults happen, and judges what came of it. */
final class ChaosRun {
    private static final String USER = "chaos";
    /** After the longest cut TCP tries again for as long as that took once more; then what was missed is to be read. */
    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(150);

    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** Longer than what a client held that is no more waits for it. */
    private static final Duration SILENCE_WHERE_CLIENTS_DIED = Duration.ofSeconds(20);

    private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(6);

    private final Path directory;
    private final Options options;
    private final @Nullable Hosts hosts;
    private final ClusterProcesses cluster;
    private final Clients clients;
    private final SplittableRandom random;
    private final List<Incident> incidents = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private ChaosRun(Path directory, Options options, @Nullable Network network) throws IOException {
        this.directory = directory;
        this.options = options;
        this.hosts = network == null ? null : new Hosts(network, new Disks());
        random = new SplittableRandom(options.seed());
        ClusterProcesses.Place place = hosts == null ? ClusterProcesses.LOOPBACK : hosts;
        Path users = directory.resolve("users");
        String password = Long.toHexString(random.nextLong());
        new UsersFile(users).add(USER, password.toCharArray());
        // Nobody looks into dead-letter queues here: what comes to a killed client ten times must come again.
        ClusterProcesses.Access access = new ClusterProcesses.Access(
                List.of("--users", users.toString(), "--redelivery-limit", "0"),
                "?user=" + USER + "&password=" + password);
        cluster = new ClusterProcesses(options.shards(), place, access);
        clients = new Clients(directory, options, place, cluster);
    }

    /** All that need an address. */
    static List<String> hosts() {
        List<String> hosts = new ArrayList<>(ClusterProcesses.NAMES);
        hosts.addAll(Workload.CLIENTS.keySet());
        return hosts;
    }

    /** Argument: the directory of the run, for all that is written. The options are system properties. */
    public static void main(String[] arguments) throws Exception {
        List<String> faults = of(Path.of(arguments[0]), Options.read(), new Network(hosts()));
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    /** Makes a run; what it writes is in the directory. Returns what is wrong. {@code network}: null for loopback. */
    static List<String> of(Path directory, Options options, @Nullable Network network) throws Exception {
        ChaosRun run = new ChaosRun(directory, options, network);
        boolean failed = true;
        try {
            run.run();
            failed = !run.faults.isEmpty();
        } finally {
            run.close(failed);
        }
        return run.faults;
    }

    private void run() throws Exception {
        System.out.println("chaos: " + options);
        long begun = System.nanoTime();
        boolean drained = false;
        try {
            cluster.open();
            subscribe();
            clients.startAll();
            awaitUp();
            clients.awaitProgress();
            say("all are at work");
            storm();
            finish();
            drained = true;
            // Whatever happens is told with what was seen until then.
        } catch (Exception | AssertionError e) {
            faults.add("the run stopped: " + Journal.inOneLine(e));
            e.printStackTrace(System.out);
            clients.dumpAndKillAll();
            ClusterProcesses.NAMES.forEach(name -> cluster.process(name).dump());
        }
        checkFrames();
        History history = History.read(directory, incidents);
        Verdict verdict = new Verdict(history, incidents, drained);
        faults.addAll(verdict.faults(directory));
        Report report = new Report(options, history, incidents, faults);
        report.write(directory, verdict, (System.nanoTime() - begun) / 1e9);
    }

    private static void say(String text) {
        System.out.println("chaos: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text);
    }

    /** A subscription has what was sent since it is there. */
    private void subscribe() throws JMSException {
        for (Workload.Part part : Workload.CLIENTS.values().stream()
                .flatMap(List::stream)
                .filter(part -> Workload.isTopic(part.from()))
                .toList()) {
            boolean shared = part.kind() == Workload.Kind.ACKNOWLEDGE;
            SluiceConnectionFactory factory =
                    new SluiceConnectionFactory(cluster.url(0) + (shared ? "" : "&client.id=" + part.name()));
            // A member that leads may not have opened its port for clients yet.
            try (JMSContext context = FirstConnect.of(factory::createContext)) {
                var topic = context.createTopic(Workload.plainName(part.from()));
                (shared
                                ? context.createSharedDurableConsumer(topic, part.name())
                                : context.createDurableConsumer(topic, part.name()))
                        .close();
            }
        }
    }

    // ---- faults ----

    private void storm() {
        Faults striking = new Faults(hosts, cluster, clients, options.shards(), random.split());
        long begun = System.nanoTime();
        int kills = 0;
        while (options.isKillsOnly() ? kills < options.kills() : minutesSince(begun) < options.minutes()) {
            Fault fault = choose(kills, minutesSince(begun));
            Incident incident = striking.strike(fault);
            // In case that it does not become healthy.
            incidents.add(incident);
            awaitUp();
            double up = secondsSince(incident.ended());
            clients.awaitProgress();
            incident = healthy(incident);
            incidents.set(incidents.size() - 1, incident);
            kills += fault == Fault.KILL_LEADER ? 1 : 0;
            say(String.format(
                    "%s (%s) at %s took %.1f s; all members up %.1f s, all workers going on %.1f s after it %s",
                    fault,
                    incident.victim(),
                    Instant.now().minusNanos(System.nanoTime() - incident.begun()),
                    (incident.ended() - incident.begun()) / 1e9,
                    up,
                    secondsSince(incident.ended()),
                    incident.note()));
        }
    }

    private static double secondsSince(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double minutesSince(long begun) {
        return (System.nanoTime() - begun) / 6e10;
    }

    private Fault choose(int kills, double minutes) {
        List<Fault> all = List.copyOf(options.faults());
        Fault any = all.get(random.nextInt(all.size()));
        // Where each takes long, there would be nothing but kills.
        boolean isDue = kills < options.leaderKillsDue(minutes) && !areLastTwoKills();
        return isDue || options.isKillsOnly() ? Fault.KILL_LEADER : any;
    }

    private boolean areLastTwoKills() {
        int count = incidents.size();
        return count >= 2
                && incidents.subList(count - 2, count).stream()
                        .allMatch(incident -> incident.fault() == Fault.KILL_LEADER);
    }

    private static Incident healthy(Incident incident) {
        return new Incident(
                incident.fault(),
                incident.victim(),
                incident.shards(),
                incident.begun(),
                incident.struck(),
                incident.ended(),
                System.nanoTime(),
                incident.note());
    }

    /** All members are up and have what the leaders had. */
    private void awaitUp() {
        Map<Integer, Long> targets = new HashMap<>();
        Awaitility.await("all members are up and follow")
                .atMost(HEALTH_PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .failFast(
                        "a member has ended by itself",
                        () -> ClusterProcesses.NAMES.stream()
                                .anyMatch(name -> !cluster.process(name).isAlive()))
                .until(() -> follow(targets));
    }

    private boolean follow(Map<Integer, Long> targets) {
        ClusterStatus status = cluster.status();
        List<RaftStatus> all = status.members().stream()
                .flatMap(answer -> answer.shards().stream())
                .toList();
        for (int shard = 0; shard < options.shards(); shard++) {
            if (status.leaderOf(shard) == null) {
                return false;
            }
        }
        all.stream().filter(RaftStatus::leads).forEach(leads -> targets.putIfAbsent(leads.shard(), leads.applied()));
        return all.size() == options.shards() * ClusterProcesses.NAMES.size()
                && all.stream().allMatch(each -> each.applied() >= targets.getOrDefault(each.shard(), Long.MAX_VALUE));
    }

    // ---- the end ----

    private void finish() throws JMSException, XAException {
        Phase phase = new Phase(directory);
        Duration silence =
                options.faults().stream().anyMatch(Fault::meetsAClient) ? SILENCE_WHERE_CLIENTS_DIED : SILENCE;
        phase.drain();
        say("producers stop; what is under way is to be received");
        clients.awaitSilence(silence, DRAIN_PATIENCE);
        phase.end();
        clients.awaitEnd();
        say("all have ended");
        checkNothingIsLeft();
    }

    private void checkNothingIsLeft() throws JMSException, XAException {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(cluster.url(0));
        try (JMSContext context = factory.createContext()) {
            for (String queue : Workload.QUEUES) {
                try (QueueBrowser browser = context.createBrowser(context.createQueue(Workload.plainName(queue)))) {
                    if (browser.getEnumeration().hasMoreElements()) {
                        faults.add("there is a message left in " + queue);
                    }
                }
            }
        }
        try (XAConnection connection = factory.createXAConnection()) {
            int inDoubt = connection
                    .createXASession()
                    .getXAResource()
                    .recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)
                    .length;
            if (inDoubt > 0) {
                faults.add(inDoubt + " branches are in doubt at the end");
            }
        }
    }

    /** Whatever is cut off or killed: what comes to a server from clients like these is frames, or ends. */
    private void checkFrames() throws IOException {
        for (String name : ClusterProcesses.NAMES) {
            Path output = cluster.outputFile(name);
            if (Files.exists(output)) {
                Files.readAllLines(output).stream()
                        .filter(line -> line.contains("code=PROTOCOL") && !line.contains("was silent for"))
                        .forEach(line -> faults.add("what a client sent was no frame: " + name + ": " + line));
            }
        }
    }

    private void close(boolean failed) throws IOException {
        clients.killAll();
        for (String name : ClusterProcesses.NAMES) {
            Path output = cluster.outputFile(name);
            if (Files.exists(output)) {
                Files.copy(output, directory.resolve(name + ".txt"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        cluster.close(failed);
    }
}
