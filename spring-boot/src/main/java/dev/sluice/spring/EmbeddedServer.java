package dev.sluice.spring;

import dev.sluice.server.InProcessServers;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.UUID;

/** The server of an application context, in memory or in a directory. It runs from the creation of the bean to its end. */
final class EmbeddedServer implements SluiceConnectionDetails, AutoCloseable {
    private final InProcessServers servers = new InProcessServers();
    private final SocketAddress address;
    private final String url;

    EmbeddedServer(SluiceProperties.Embedded properties) {
        Path directory = properties.dataDirectory();
        if (directory == null) {
            String name = "spring-" + UUID.randomUUID();
            url = "sluice:mem:" + name;
            address = servers.inMemory(name, properties.shards());
        } else {
            url = "sluice:embedded:" + escaped(directory);
            address = servers.durable(directory.toString(), properties.shards());
        }
    }

    private static String escaped(Path directory) {
        return directory.toString().replace("%", "%25").replace("?", "%3F");
    }

    @Override
    public String getUrl() {
        return url;
    }

    @Override
    public void close() {
        servers.stop(address);
    }
}
