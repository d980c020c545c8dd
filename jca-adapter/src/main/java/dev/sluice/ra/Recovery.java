package dev.sluice.ra;

import dev.sluice.SluiceRecovery;
import dev.sluice.base.Monitor;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;

/**
 * What a transaction manager asks about: a connection for each server, opened when it is first asked about, and again after a loss; never for an
 * application. However often it is asked, there is one. Thread-safe.
 */
final class Recovery {
    private final Monitor monitor = new Monitor();
    private final Map<ServerSettings, SluiceRecovery> asked = new LinkedHashMap<>();

    /** The resource of each server. */
    XAResource[] resources(List<ServerSettings> servers) throws ResourceException {
        List<XAResource> all = new ArrayList<>();
        for (ServerSettings server : servers) {
            SluiceRecovery recovery = of(server);
            try {
                all.addAll(List.of(Clients.asAdapter(recovery::getXAResources)));
            } catch (JMSException unreachable) {
                throw ResourceErrors.of("what is in doubt on " + server + " is not known", unreachable);
            }
        }
        return all.toArray(new XAResource[0]);
    }

    private SluiceRecovery of(ServerSettings server) {
        monitor.enter();
        try {
            return asked.computeIfAbsent(server, absent -> new SluiceRecovery(absent.factory()));
        } finally {
            monitor.leave();
        }
    }

    void close() {
        List<SluiceRecovery> all;
        monitor.enter();
        try {
            all = List.copyOf(asked.values());
            asked.clear();
        } finally {
            monitor.leave();
        }
        all.forEach(SluiceRecovery::close);
    }
}
