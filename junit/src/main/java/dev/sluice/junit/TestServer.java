package dev.sluice.junit;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.InProcessServers;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** A running server of a test: its URL, and factories for it. It is stopped by the extension that started it. Thread-safe. */
public final class TestServer {
    // A connection that a test forgot ends with its server, instead of waiting for it for ever.
    private static final String ENDS_WITH_THE_SERVER = "reconnect.for=0s";

    private static final InProcessServers SERVERS = new InProcessServers();

    private final SocketAddress address;
    private final String url;

    private TestServer(SocketAddress address, String url) {
        this.address = address;
        this.url = url;
    }

    static TestServer start(SluiceServer annotation) {
        String name = "junit-" + UUID.randomUUID();
        String options = annotation.options();
        String ending = options.contains("reconnect.for=") ? "" : ENDS_WITH_THE_SERVER;
        String url = "sluice:mem:" + name + "?" + ending + (options.isEmpty() || ending.isEmpty() ? "" : "&") + options;
        try {
            // Before there is a server to stop.
            SluiceConnectionFactory checked = new SluiceConnectionFactory(url);
            return new TestServer(SERVERS.inMemory(name, annotation.shards()), checked.getUrl());
        } catch (IllegalArgumentException wrong) {
            throw new ExtensionConfigurationException(
                    "@SluiceServer(options = \"" + options + "\"): " + wrong.getMessage(), wrong);
        } catch (UncheckedIOException failed) {
            throw new ExtensionConfigurationException("@SluiceServer cannot start: " + failed.getMessage(), failed);
        }
    }

    /** Where it is: for a {@link SluiceConnectionFactory} in this JVM. */
    public String url() {
        return url;
    }

    /** A new factory for it. */
    public SluiceConnectionFactory factory() {
        return new SluiceConnectionFactory(url);
    }

    void stop() {
        SERVERS.stop(address);
    }
}
