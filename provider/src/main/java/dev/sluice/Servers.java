package dev.sluice;

import dev.sluice.wire.EmbeddedServers;
import jakarta.jms.JMSException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the addresses behind a URL; starts the server that it embeds. Stateless. */
final class Servers {
    private Servers() {}

    static List<SocketAddress> addresses(ClientUrl.Target target) throws JMSException {
        if (target instanceof ClientUrl.Servers servers) {
            List<SocketAddress> addresses = new ArrayList<>();
            for (ClientUrl.Server server : servers.list()) {
                // Resolved at each attempt to connect: the name may move to another machine.
                addresses.add(InetSocketAddress.createUnresolved(server.host(), server.port()));
            }
            return addresses;
        }
        EmbeddedServers embedded = embedded();
        try {
            return List.of(
                    target instanceof ClientUrl.Embedded durable
                            ? embedded.durable(durable.directory(), durable.shards())
                            : inMemory(embedded, (ClientUrl.Memory) target));
        } catch (UncheckedIOException failed) {
            JMSException error = new JMSException("the embedded server cannot start: " + failed.getMessage());
            error.setLinkedException(failed);
            error.initCause(failed);
            throw error;
        }
    }

    private static SocketAddress inMemory(EmbeddedServers embedded, ClientUrl.Memory target) {
        return embedded.inMemory(target.name(), target.shards());
    }

    private static EmbeddedServers embedded() throws JMSException {
        EmbeddedServers found = first(Thread.currentThread().getContextClassLoader());
        if (found == null) {
            found = first(Servers.class.getClassLoader());
        }
        if (found == null) {
            throw new JMSException("sluice:embedded: and sluice:mem: need the server inside this JVM:"
                    + " add dev.sluice:sluice-server to the class path, or connect to a server with sluice://");
        }
        return found;
    }

    private static @Nullable EmbeddedServers first(@Nullable ClassLoader loader) throws JMSException {
        try {
            Iterator<EmbeddedServers> each =
                    ServiceLoader.load(EmbeddedServers.class, loader).iterator();
            return each.hasNext() ? each.next() : null;
        } catch (ServiceConfigurationError broken) {
            JMSException error = new JMSException("the embedded server cannot be loaded: " + broken.getMessage());
            error.initCause(broken);
            throw error;
        }
    }
}
