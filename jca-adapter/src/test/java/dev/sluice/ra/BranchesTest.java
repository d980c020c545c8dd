package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of one adapter in one branch, as GlassFish treats them. */
@Timeout(30)
class BranchesTest {
    private static final String URL = "sluice:mem:branches";

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

    private Container container;
    private ManagedConnection one;
    private ManagedConnection two;

    @BeforeEach
    void start() throws ResourceException {
        container = new Container(URL);
        SluiceManagedConnectionFactory factory = new SluiceManagedConnectionFactory();
        factory.setResourceAdapter(container.adapter);
        one = factory.createManagedConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        two = factory.createManagedConnection(null, ConnectionRequest.OF_THE_CONTAINER);
    }

    @AfterEach
    void stop() throws ResourceException {
        one.destroy();
        two.destroy();
        container.close();
    }

    private static void send(ManagedConnection connection, String text) throws ResourceException {
        SessionHandle handle = (SessionHandle) connection.getConnection(null, ConnectionRequest.OF_THE_CONTAINER);
        JMSContext context = handle.asContext(JMSContext.AUTO_ACKNOWLEDGE);
        context.createProducer().send(context.createQueue("out"), text);
        context.close();
    }

    @Test
    void aBranchIsRolledBackThoughOthersStillWorkForIt() throws Exception {
        XAResource first = one.getXAResource();
        XAResource second = two.getXAResource();
        assertThat(first.isSameRM(second)).isTrue();
        first.start(new Name(1), XAResource.TMNOFLAGS);
        second.start(new Name(1), XAResource.TMJOIN);
        send(one, "a");
        send(two, "b");
        first.end(new Name(1), XAResource.TMSUCCESS);
        first.rollback(new Name(1));
        second.end(new Name(1), XAResource.TMSUCCESS);
        assertThat(Broker.drain(URL, "out")).isEmpty();

        second.start(new Name(2), XAResource.TMNOFLAGS);
        send(two, "c");
        second.end(new Name(2), XAResource.TMSUCCESS);
        first.commit(new Name(2), true);
        assertThat(Broker.drain(URL, "out")).containsExactly("c");
    }

    @Test
    void whatOthersStillWorkForIsNotCommitted() throws Exception {
        XAResource first = one.getXAResource();
        XAResource second = two.getXAResource();
        first.start(new Name(1), XAResource.TMNOFLAGS);
        second.start(new Name(1), XAResource.TMJOIN);
        send(one, "a");
        first.end(new Name(1), XAResource.TMSUCCESS);
        assertThatThrownBy(() -> first.commit(new Name(1), true))
                .isInstanceOfSatisfying(
                        XAException.class, error -> assertThat(error.errorCode).isEqualTo(XAException.XAER_PROTO));
        second.end(new Name(1), XAResource.TMSUCCESS);
        first.commit(new Name(1), true);
        assertThat(Broker.drain(URL, "out")).containsExactly("a");
    }
}
