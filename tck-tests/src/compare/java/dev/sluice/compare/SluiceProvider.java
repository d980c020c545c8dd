package dev.sluice.compare;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.system.ServerProcess;
import jakarta.jms.ConnectionFactory;

/** A Sluice server in a process of its own, which is killed. */
record SluiceProvider(ServerProcess process) implements Provider {
    @Override
    public String name() {
        return "Sluice";
    }

    @Override
    public ConnectionFactory factory() {
        return new SluiceConnectionFactory(process.url());
    }

    @Override
    public ConnectionFactory unreachable() {
        return new SluiceConnectionFactory("sluice://localhost:1");
    }

    @Override
    public void vanish() {
        process.kill();
    }

    @Override
    public void close() {
        // The test's extension ends the process.
    }
}
