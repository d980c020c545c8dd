package dev.sluice.compare;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;

/** ActiveMQ Classic in this JVM, reached by TCP. */
final class ClassicProvider implements Provider {
    private final BrokerService broker = new BrokerService();
    private final int port;

    private ClassicProvider(int port) {
        this.port = port;
    }

    static ClassicProvider start(int port) throws Exception {
        ClassicProvider provider = new ClassicProvider(port);
        provider.broker.setBrokerName("compare");
        provider.broker.setPersistent(false);
        provider.broker.setUseJmx(false);
        provider.broker.setUseShutdownHook(false);
        var connector = provider.broker.addConnector("tcp://127.0.0.1:" + port);
        connector.setName("tcp");
        provider.broker.start();
        provider.broker.waitUntilStarted();
        return provider;
    }

    @Override
    public String name() {
        return "Classic";
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
