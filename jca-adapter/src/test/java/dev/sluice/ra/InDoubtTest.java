package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.XASession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.CommException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction manager asks after a crash. */
@Timeout(60)
class InDoubtTest {
    private static final int ALL = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

    private record Name(int number) implements Xid {
        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {(byte) number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    private static SluiceActivationSpec spec(String url) {
        SluiceActivationSpec spec = new SluiceActivationSpec();
        spec.setUrl(url);
        spec.setClientId("only-one");
        spec.setDestination("in");
        spec.setDestinationType("Queue");
        return spec;
    }

    private static void prepare(String url, Xid xid, String text) throws Exception {
        try (ClassicXaConnection connection = new SluiceConnectionFactory(url).createXAConnection()) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            session.createProducer(session.createQueue("out")).send(session.createTextMessage(text));
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        }
    }

    @Test
    void aSpecThatIsNotActiveIsAnsweredByOneConnectionHoweverOftenItIsAsked(@TempDir Path data) throws Exception {
        try (Broker broker = new Broker(data);
                Container container = new Container("sluice://localhost:1")) {
            ActivationSpec[] specs = {spec(broker.url()), spec(broker.url())};
            assertThatThrownBy(() -> container.adapter.getXAResources(specs))
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("in doubt");
            broker.start();
            prepare(broker.url(), new Name(1), "a");
            XAResource first = container.adapter.getXAResources(specs)[0];
            for (int pass = 0; pass < 20; pass++) {
                assertThat(container.adapter.getXAResources(specs)).containsExactly(first);
            }
            broker.kill();
            assertThatThrownBy(() -> container.adapter.getXAResources(specs)).isInstanceOf(ResourceException.class);
            broker.start();
            XAResource second = container.adapter.getXAResources(specs)[0];
            Xid[] found = second.recover(ALL);
            assertThat(found).hasSize(1);
            second.commit(found[0], false);
            assertThat(second.recover(ALL)).isEmpty();
            assertThat(Broker.drain(broker.url(), "out")).containsExactly("a");
        }
    }

    @Test
    void whoAsksOnlyOnceWaitsForAServerThatIsAwayIfSoConfigured(@TempDir Path data) throws Exception {
        try (Broker broker = new Broker(data);
                Container container = new Container("sluice://localhost:1")) {
            container.adapter.stop();
            container.adapter.setRecoveryWaitSeconds(60);
            container.adapter.start(container);
            SluiceManagedConnectionFactory factory = new SluiceManagedConnectionFactory();
            factory.setUrl(broker.url());
            factory.setResourceAdapter(container.adapter);
            ActivationSpec[] specs = {spec(broker.url())};
            var resources = asked(() -> container.adapter.getXAResources(specs));
            var connection = asked(() -> factory.createManagedConnection(null, null));
            // An application is told at once.
            assertThatThrownBy(() -> factory.createManagedConnection(null, ConnectionRequest.OF_THE_CONTAINER))
                    .isInstanceOf(CommException.class);
            broker.start();
            assertThat(resources.get(20, TimeUnit.SECONDS)[0].recover(ALL)).isEmpty();
            connection.get(20, TimeUnit.SECONDS).destroy();

            broker.kill();
            var inVain = asked(() -> container.adapter.getXAResources(specs));
            container.adapter.stop();
            assertThatThrownBy(() -> inVain.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ResourceException.class);
        }
    }

    private static <T> FutureTask<T> asked(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        new Thread(task, "recovery").start();
        return task;
    }

    @Test
    void withoutSpecsTheServersOfWhatIsActiveAreAnswered() throws Exception {
        String url = "sluice:mem:in-doubt";
        try (Container container = new Container(url)) {
            assertThat(container.adapter.getXAResources(null)).isEmpty();
            Endpoints endpoints = Endpoints.transacted(container, message -> {});
            container.adapter.endpointActivation(endpoints, spec(url));
            assertThat(container.adapter.getXAResources(new ActivationSpec[0])).hasSize(1);
        }
    }

    @Test
    void aPooledConnectionWhoseServerIsAwayDoesNotHoldUpARecovery(@TempDir Path data) throws Exception {
        try (Broker broker = new Broker(data)) {
            broker.start();
            SluiceManagedConnectionFactory factory = new SluiceManagedConnectionFactory();
            factory.setUrl(broker.url());
            var connection = factory.createManagedConnection(null, null);
            assertThat(connection.getXAResource().recover(ALL)).isEmpty();
            broker.kill();
            org.awaitility.Awaitility.await("the loss")
                    .atMost(java.time.Duration.ofSeconds(20))
                    .until(() -> {
                        try {
                            connection.getXAResource().recover(ALL);
                            return false;
                        } catch (javax.transaction.xa.XAException away) {
                            return away.errorCode == javax.transaction.xa.XAException.XAER_RMFAIL;
                        }
                    });
            broker.start();
            org.awaitility.Awaitility.await("its return")
                    .atMost(java.time.Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> connection.getXAResource().recover(ALL).length == 0);
            connection.destroy();
        }
    }
}
