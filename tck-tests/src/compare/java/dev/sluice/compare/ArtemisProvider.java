package dev.sluice.compare;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** ActiveMQ Artemis in this JVM, reached by TCP. */
final class ArtemisProvider implements Provider {
    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private final int port;

    private ArtemisProvider(int port) {
        this.port = port;
    }

    static ArtemisProvider start(Path directory, int port) throws Exception {
        ArtemisProvider provider = new ArtemisProvider(port);
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setBrokerInstance(directory.toFile());
        configuration
                .setPersistenceEnabled(true)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setSecurityEnabled(false)
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
        provider.broker.setConfiguration(configuration);
        provider.broker.start();
        return provider;
    }

    @Override
    public String name() {
        return "Artemis";
    }

    @Override
    public ConnectionFactory factory() {
        return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
    }

    @Override
    public ConnectionFactory unreachable() {
        return new ActiveMQConnectionFactory("tcp://127.0.0.1:1");
    }

    @Override
    public void vanish() throws Exception {
        broker.stop();
    }

    @Override
    public void close() throws Exception {
        broker.stop();
    }
}
