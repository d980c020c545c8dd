package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process of servers on the network, alone or a cluster, as its argument says how many: a line with a directory stops those that run,
 * starts others there on free ports, and is answered with what stands for them in a URL. An empty line stops the last.
 */
final class EmptyServers {
    private static final String HOST = "127.0.0.1";

    /** Below those that the system gives to connections, which come and go. */
    private static final int PORT_MIN = 12_000;

    private static final int PORT_MAX = 32_000;
    private static final int ATTEMPTS_MAX = 10;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SplittableRandom random = new SplittableRandom();
    private final int members;
    private List<SluiceServer> running = List.of();

    private EmptyServers(int members) {
        this.members = members;
    }

    public static void main(String[] arguments) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        try {
            new EmptyServers(Integer.parseInt(arguments[0])).answer(answers);
            Runtime.getRuntime().halt(0);
        } catch (Exception failed) {
            failed.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void answer(PrintStream answers) throws IOException, InterruptedException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            stop();
            if (!line.isEmpty()) {
                start(ServerConfig.defaults().withData(Path.of(line)).withPort(0));
            }
            answers.println(authority());
        }
    }

    private void stop() throws InterruptedException {
        List<Callable<SluiceServer>> stops = new ArrayList<>();
        for (SluiceServer server : running) {
            stops.add(() -> {
                server.stop();
                return server;
            });
        }
        List<SluiceServer> unused = all(stops);
        running = List.of();
    }

    private void start(ServerConfig config) throws IOException, InterruptedException {
        if (members == 1) {
            running = List.of(SluiceServer.start(config));
            return;
        }
        // A port may be another's by the time that a member listens.
        for (int attempt = 1; running.size() < members && attempt <= ATTEMPTS_MAX; attempt++) {
            stop();
            startMembers(config, config.storage().data().resolve(Integer.toString(attempt)));
        }
        if (running.size() < members) {
            throw new IllegalStateException("no cluster in " + ATTEMPTS_MAX + " attempts");
        }
    }

    private void startMembers(ServerConfig config, Path data) throws IOException, InterruptedException {
        List<Integer> ports = freePorts(2 * members);
        String cluster = IntStream.range(0, members)
                .mapToObj(member ->
                        name(member) + "=" + HOST + ":" + ports.get(2 * member) + ":" + ports.get(2 * member + 1))
                .collect(Collectors.joining(","));
        List<Callable<SluiceServer>> starts = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            Path own = Files.createDirectories(data.resolve(name(member)));
            Path unused = Files.copy(config.storage().data().resolve("users"), own.resolve("users"));
            ServerConfig ofMember = member(config.withData(own), name(member), cluster);
            starts.add(() -> SluiceServer.start(ofMember));
        }
        // Each waits for the others.
        running = all(starts);
    }

    private static String name(int member) {
        return "m" + member;
    }

    private static ServerConfig member(ServerConfig alone, String node, String members) {
        ServerConfig.Cluster defaults = alone.cluster();
        return new ServerConfig(
                alone.storage(),
                alone.listener(),
                alone.access(),
                alone.sessions(),
                alone.memory(),
                alone.redelivery(),
                new ServerConfig.Cluster(node, members, defaults.logBytes(), defaults.balance()));
    }

    private List<Integer> freePorts(int count) {
        Set<Integer> free = new LinkedHashSet<>();
        while (free.size() < count) {
            int port = random.nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket = new ServerSocket(port)) {
                boolean unused = free.add(socket.getLocalPort());
            } catch (IOException taken) {
                // The next one.
            }
        }
        return List.copyOf(free);
    }

    /** What those give that do not fail; what the others failed of is said. */
    private List<SluiceServer> all(List<Callable<SluiceServer>> calls) throws InterruptedException {
        List<SluiceServer> results = new ArrayList<>();
        for (Future<SluiceServer> future : threads.invokeAll(calls)) {
            try {
                results.add(future.get());
            } catch (ExecutionException failed) {
                failed.printStackTrace();
            }
        }
        return results;
    }

    private String authority() {
        return running.stream().map(server -> HOST + ":" + server.port()).collect(Collectors.joining(","));
    }
}
