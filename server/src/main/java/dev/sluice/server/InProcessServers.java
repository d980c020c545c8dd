package dev.sluice.server;

import dev.sluice.base.SharedLong;
import dev.sluice.wire.EmbeddedServers;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The servers inside this JVM, by the real path of their directory or by their name. Started on first use, one at a time for each key;
 * they run until they are stopped or the JVM exits, and are started anew after that or after a failure. Thread-safe.
 */
public final class InProcessServers implements EmbeddedServers {
    // Shared by all factories and class loaders' service instances of this class.
    private static final ConcurrentMap<String, Started> SERVERS = new ConcurrentHashMap<>();
    private static final SharedLong LAST = new SharedLong(0);

    private record Started(SluiceServer server, LocalAddress address, Thread hook) {}

    /** For the ServiceLoader. */
    public InProcessServers() {}

    @Override
    public SocketAddress durable(String directory, int shards) {
        Path real = realPath(Path.of(directory));
        ServerConfig config = ServerConfig.defaults().withData(real).withShards(shards);
        return address("durable:" + real, shards, address -> SluiceServer.startEmbedded(config, address));
    }

    @Override
    public SocketAddress inMemory(String name, int shards) {
        ServerConfig config = ServerConfig.defaults().withShards(shards);
        return address("memory:" + name, shards, address -> SluiceServer.startInMemory(config, address));
    }

    @Override
    public void stop(SocketAddress address) {
        for (Started started : SERVERS.values()) {
            if (started.address.equals(address)) {
                started.server.stop();
                forgetHook(started.hook);
            }
        }
        SERVERS.values().removeIf(started -> started.address.equals(address));
    }

    private static SocketAddress address(String key, int shards, Function<LocalAddress, SluiceServer> starter) {
        Started started = SERVERS.compute(key, (unused, before) -> {
            if (before != null && !before.server.isStopping()) {
                return before;
            }
            if (before != null) {
                before.server.stop();
                forgetHook(before.hook);
            }
            return start(starter);
        });
        int running = started.server.shards();
        if (shards != 0 && shards != running) {
            throw new UncheckedIOException(new IOException("the server of this JVM that is asked for runs with "
                    + running + " shards, and the URL asks for " + shards + " (shards); leave the option out"));
        }
        return started.address;
    }

    private static Started start(Function<LocalAddress, SluiceServer> starter) {
        LocalAddress address = new LocalAddress("sluice-" + LAST.add(1));
        SluiceServer server;
        try {
            server = starter.apply(address);
        } catch (StartException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
        Thread hook = new Thread(server::stop, "sluice-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Started(server, address, hook);
    }

    private static void forgetHook(Thread hook) {
        try {
            boolean known = Runtime.getRuntime().removeShutdownHook(hook);
            assert known;
        } catch (IllegalStateException e) {
            // The JVM is exiting: the hook runs and finds the server stopped.
            assert e.getMessage() != null;
        }
    }

    private static Path realPath(Path directory) {
        try {
            return Files.createDirectories(directory).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory " + directory + " cannot be created: " + e, e);
        }
    }
}
