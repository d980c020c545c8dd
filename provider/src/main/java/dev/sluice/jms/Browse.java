package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.LinkException;
import dev.sluice.message.Acknowledgement;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayDeque;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** One walk over the messages of a queue. The link brings them, one thread reads them; the monitor guards both ends. */
@SuppressWarnings("JdkObsolete") // The standard asks for an Enumeration.
final class Browse implements Enumeration<Message>, BrowseSink {
    /** A browsed message is not the browser's to acknowledge. */
    private static final Acknowledgement NOTHING = new Acknowledgement() {
        @Override
        public void acknowledge() {}

        @Override
        public void acknowledgeThis() {}
    };

    private final ClassicConnection connection;
    private final Destination source;
    private final long addressId;
    private final long id;
    private final int window;
    private final Monitor monitor = new Monitor();
    private final ArrayDeque<Delivery> arrived = new ArrayDeque<>();
    private long taken;
    private long granted;
    private boolean ended;
    private boolean closed;
    private @Nullable LinkException failure;
    private @Nullable Message next;

    /** {@code addressId}: of the source; {@code window}: messages the server may send ahead of the reader. */
    Browse(ClassicConnection connection, Destination source, long addressId, int window) {
        this.connection = connection;
        this.source = source;
        this.addressId = addressId;
        this.id = connection.nextConsumerId(addressId);
        this.window = window;
    }

    void open(String selector) {
        granted = window;
        connection.link().openBrowser(id, addressId, window, selector, this);
    }

    @Override
    public void browsed(Delivery delivery) {
        boolean kept;
        monitor.enter();
        try {
            kept = !closed;
            if (kept) {
                arrived.add(delivery);
                monitor.changed();
            }
        } finally {
            monitor.leave();
        }
        if (!kept) {
            ConsumerCore.release(delivery);
        }
    }

    @Override
    public void end(@Nullable LinkException reason) {
        monitor.enter();
        try {
            ended = true;
            failure = reason;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    @Override
    public boolean hasMoreElements() {
        try {
            return peek() != null;
        } catch (JMSException error) {
            throw JmsErrors.unchecked(error);
        }
    }

    @Override
    public Message nextElement() {
        if (!hasMoreElements()) {
            throw new NoSuchElementException("no more messages to browse");
        }
        Message message = next;
        next = null;
        if (message == null) {
            throw new NoSuchElementException("no more messages to browse");
        }
        return message;
    }

    /** The next message, which stays the next; null at the end. */
    @Nullable Message peek() throws JMSException {
        while (next == null) {
            Delivery delivery = take();
            if (delivery == null) {
                return null;
            }
            grant();
            Message message;
            try {
                message = connection.messages().decode(delivery, source, NOTHING);
            } finally {
                delivery.envelope().release();
            }
            long expiration = message.getJMSExpiration();
            if (expiration == 0 || expiration > connection.link().serverTimeMillis()) {
                next = message;
            }
        }
        return next;
    }

    /** Whether nothing of it is left, here or to come. */
    boolean isOver() {
        monitor.enter();
        try {
            return ended && arrived.isEmpty();
        } finally {
            monitor.leave();
        }
    }

    /** Waits for the first word of the server, and throws what it refuses. */
    void awaitAnswer() throws JMSException {
        monitor.enter();
        try {
            while (arrived.isEmpty() && !ended && !closed) {
                monitor.await();
            }
            if (failure != null) {
                throw JmsErrors.of(failure);
            }
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("opening a browser", interrupt);
        } finally {
            monitor.leave();
        }
    }

    private @Nullable Delivery take() throws JMSException {
        monitor.enter();
        try {
            while (arrived.isEmpty() && !ended && !closed) {
                monitor.await();
            }
            Delivery delivery = arrived.poll();
            if (delivery == null && failure != null) {
                throw JmsErrors.of(failure);
            }
            taken++;
            return delivery;
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("browsing", interrupt);
        } finally {
            monitor.leave();
        }
    }

    private void grant() {
        long total = 0;
        monitor.enter();
        try {
            if (!ended && granted - taken <= window / 2) {
                granted = taken + window;
                total = granted;
            }
        } finally {
            monitor.leave();
        }
        if (total > 0) {
            connection.link().creditBrowser(id, total);
        }
    }

    void close() {
        boolean open;
        monitor.enter();
        try {
            if (closed) {
                return;
            }
            closed = true;
            open = !ended;
            arrived.forEach(ConsumerCore::release);
            arrived.clear();
            monitor.changed();
        } finally {
            monitor.leave();
        }
        if (open) {
            connection.link().closeBrowser(id);
        }
    }
}
