package dev.sluice.server.raft;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Three members, or others, in this process, each on a directory and a port of its own. */
final class CountingCluster implements AutoCloseable {
    /** Those that run. */
    final Map<String, CountingMember> members = new LinkedHashMap<>();

    private final Map<String, RaftOptions> options = new LinkedHashMap<>();
    private final List<String> names;

    private CountingCluster(List<String> names) {
        this.names = names;
    }

    /** Founds one, whose members are in {@code directory}. */
    static CountingCluster found(Path directory) throws Exception {
        return found(directory, List.of("a", "b", "c"));
    }

    static CountingCluster found(Path directory, List<String> names) throws Exception {
        CountingCluster cluster = new CountingCluster(names);
        List<MemberAddress> all = new ArrayList<>();
        for (String name : names) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                all.add(new MemberAddress(name, "127.0.0.1:" + socket.getLocalPort(), "127.0.0.1:1"));
            }
        }
        for (String name : names) {
            Path own = Files.createDirectory(directory.resolve(name));
            cluster.options.put(name, new RaftOptions(name, all, 1, own.resolve("raft"), 128 << 20));
        }
        cluster.startAll();
        return cluster;
    }

    /** The first time each waits for the others. */
    void startAll() throws Exception {
        ExecutorService starting = Executors.newFixedThreadPool(names.size());
        try {
            List<Future<?>> started = new ArrayList<>();
            for (String name : names) {
                CountingMember member = new CountingMember();
                members.put(name, member);
                started.add(starting.submit(() -> {
                    member.start(options(name), 0);
                    return member;
                }));
            }
            for (Future<?> one : started) {
                Object unused = one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            starting.shutdownNow();
        }
    }

    /** Starts one that does not run. */
    CountingMember start(String name) throws InterruptedException {
        CountingMember member = new CountingMember();
        members.put(name, member);
        member.start(options(name), 0);
        return member;
    }

    RaftOptions options(String name) {
        return Objects.requireNonNull(options.get(name));
    }

    /** Where its Raft server listens. */
    int port(String name) {
        String raft = options(name).own().raft();
        return Integer.parseInt(raft.substring(raft.lastIndexOf(':') + 1));
    }

    void stop(String name) {
        Objects.requireNonNull(members.remove(name)).close();
    }

    @Override
    public void close() {
        members.values().forEach(CountingMember::close);
        members.clear();
    }
}
