package dev.sluice.ra;

import dev.sluice.jms.ClassicConsumer;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a receiver sits: a session, its consumer, and an endpoint of the container. The receiver's thread. */
final class Seat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final Method ON_MESSAGE = onMessage();

    private final Session session;
    private final ClassicConsumer consumer;
    private final MessageEndpoint endpoint;
    /** Null where there are no transactions. */
    private final Branches.@Nullable Member resource;

    private Seat(
            Session session, ClassicConsumer consumer, MessageEndpoint endpoint, Branches.@Nullable Member resource) {
        this.session = session;
        this.consumer = consumer;
        this.endpoint = endpoint;
        this.resource = resource;
    }

    /** The message is to be given back: the bean threw, or something else, and no transaction has the message that was rolled back for it. */
    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Thrown(Throwable cause) {
            super(cause);
        }
    }

    /** The container failed before or after the bean was called; the seat is no good any more. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(Exception cause) {
            super(cause);
        }

        ResourceException asResourceException() {
            Throwable cause = getCause();
            return cause instanceof ResourceException own ? own : new ResourceException(cause);
        }
    }

    private static Method onMessage() {
        try {
            return MessageListener.class.getMethod("onMessage", Message.class);
        } catch (NoSuchMethodException gone) {
            throw new IllegalStateException(gone);
        }
    }

    static Seat take(ClassicXaConnection connection, Intake intake, MessageEndpointFactory endpoints, Branches branches)
            throws JMSException, ResourceException {
        boolean transacted;
        try {
            transacted = endpoints.isDeliveryTransacted(ON_MESSAGE);
        } catch (NoSuchMethodException noListener) {
            throw new ResourceException("the bean is no MessageListener", noListener);
        }
        Session session = transacted
                ? connection.createXASession()
                : connection.createSession(intake.dupsOk() ? Session.DUPS_OK_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE);
        Seat seat = null;
        try {
            Branches.Member resource = session instanceof XASession xa ? member(connection, xa, branches) : null;
            MessageEndpoint endpoint = endpoints.createEndpoint(resource);
            try {
                seat = new Seat(session, intake.consumer(session), endpoint, resource);
            } finally {
                if (seat == null) {
                    endpoint.release();
                }
            }
            return seat;
        } finally {
            if (seat == null) {
                session.close();
            }
        }
    }

    private static Branches.Member member(ClassicXaConnection connection, XASession session, Branches branches) {
        // No application uses the session; and a delivery whose transaction was ended elsewhere is over when the next
        // one begins.
        connection.refuseOutside(session, () -> false);
        return branches.member(session.getXAResource());
    }

    /**
     * Waits for a message and has the bean process it; {@code taken} is run when there is one. False when there was none.
     *
     * @throws ResourceException when the container failed: there must be a new seat
     */
    boolean deliver(Runnable taken, long millis) throws JMSException, ResourceException {
        try {
            return consumer.deliver(
                    message -> {
                        taken.run();
                        if (resource != null) {
                            deliverInTransaction(message, resource);
                        } else {
                            deliver(message);
                        }
                    },
                    millis);
        } catch (Thrown given) {
            LOG.debug("a message of a bean comes again", given.getCause());
            return true;
        } catch (Failed failed) {
            throw failed.asResourceException();
        }
    }

    private void deliver(Message message) {
        Throwable thrown = call(message);
        if (thrown != null) {
            throw new Thrown(thrown);
        }
    }

    private void deliverInTransaction(Message message, Branches.Member within) {
        long before = within.starts();
        try {
            endpoint.beforeDelivery(ON_MESSAGE);
        } catch (NoSuchMethodException | ResourceException refused) {
            throw new Failed(refused);
        }
        Throwable thrown = call(message);
        try {
            endpoint.afterDelivery();
        } catch (ResourceException failed) {
            throw new Failed(failed);
        }
        if (thrown != null) {
            LOG.debug("a bean threw, its transaction is rolled back", thrown);
        }
        if (within.starts() == before) {
            // A container may roll back then without a word, as WildFly does: to acknowledge the message would be to
            // lose it.
            LOG.warn(
                    "a transaction of a bean began without its message, which comes again; the container's log may say why");
            throw new Thrown(
                    new IllegalStateException("the container did not enlist the resource of the delivery", thrown));
        }
    }

    private @Nullable Throwable call(Message message) {
        try {
            ((MessageListener) endpoint).onMessage(message);
            return null;
        } catch (RuntimeException | Error thrown) {
            return thrown;
        }
    }

    @Override
    public void close() {
        endpoint.release();
        if (resource != null) {
            resource.leave();
        }
        try {
            session.close();
        } catch (JMSException lost) {
            LOG.debug("a session was closed that was lost already: {}", lost.getMessage());
        }
    }
}
