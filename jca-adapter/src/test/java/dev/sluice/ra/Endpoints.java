package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** Makes endpoints around a bean, as a container does: with transactions of the transaction manager, or without. */
final class Endpoints implements MessageEndpointFactory {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger made = new AtomicInteger();
    /** So many endpoints are refused before one is made. */
    final AtomicInteger refuse = new AtomicInteger();
    /** So many times a transaction cannot be begun. */
    final AtomicInteger failBefore = new AtomicInteger();
    /** So many times the transaction is one that the session of the bean is not in, which the container does not mind. */
    final AtomicInteger leaveOut = new AtomicInteger();
    /** Whether it tries to have the session in it even then. */
    boolean triesToEnlist;

    private final Container container;
    private final MessageListener bean;
    private final boolean transacted;

    private Endpoints(Container container, MessageListener bean, boolean transacted) {
        this.container = container;
        this.bean = bean;
        this.transacted = transacted;
    }

    static Endpoints transacted(Container container, MessageListener bean) {
        return new Endpoints(container, bean, true);
    }

    static Endpoints plain(Container container, MessageListener bean) {
        return new Endpoints(container, bean, false);
    }

    @Override
    public MessageEndpoint createEndpoint(@Nullable XAResource resource) throws UnavailableException {
        if (refuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new UnavailableException("the application is not ready");
        }
        open.incrementAndGet();
        made.incrementAndGet();
        return new Endpoint(resource);
    }

    @Override
    public MessageEndpoint createEndpoint(@Nullable XAResource resource, long timeout) throws UnavailableException {
        return createEndpoint(resource);
    }

    @Override
    public boolean isDeliveryTransacted(Method method) {
        return transacted;
    }

    @Override
    public String getActivationName() {
        return "test";
    }

    @Override
    public Class<?> getEndpointClass() {
        return bean.getClass();
    }

    private final class Endpoint implements MessageEndpoint, MessageListener {
        private final @Nullable XAResource resource;
        private boolean failed;

        Endpoint(@Nullable XAResource resource) {
            this.resource = resource;
        }

        @Override
        public void beforeDelivery(Method method) throws ResourceException {
            if (failBefore.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new ResourceException("no transaction can be begun");
            }
            failed = false;
            try {
                container.transactions.begin();
                if (leaveOut.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    leaveOut();
                } else {
                    container.enlist(resource);
                }
            } catch (Exception e) {
                throw new ResourceException(e);
            }
        }

        /** As WildFly, whose transaction manager marks the transaction and says so, and which does not look. */
        private void leaveOut() throws Exception {
            container.transactions.setRollbackOnly();
            failed = true;
            if (triesToEnlist) {
                int unknown = -1;
                assertThatThrownBy(() -> resource.start(BranchesTest.name(1), unknown))
                        .isInstanceOf(XAException.class);
            }
        }

        @Override
        public void onMessage(Message message) {
            try {
                bean.onMessage(message);
            } catch (RuntimeException | Error thrown) {
                failed = true;
                throw thrown;
            }
        }

        @Override
        public void afterDelivery() throws ResourceException {
            try {
                if (failed) {
                    container.transactions.rollback();
                } else {
                    container.transactions.commit();
                }
            } catch (Exception e) {
                throw new ResourceException(e);
            }
        }

        @Override
        public void release() {
            open.decrementAndGet();
        }
    }
}
