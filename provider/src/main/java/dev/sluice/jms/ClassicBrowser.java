package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A browser of one queue: each enumeration looks again from the beginning. One thread at a time, but for close. */
final class ClassicBrowser implements QueueBrowser {
    private final ClassicSession session;
    private final SluiceDestination source;
    private final @Nullable String selector;
    private final List<Browse> browses = new CopyOnWriteArrayList<>();
    private boolean closed;

    ClassicBrowser(ClassicSession session, SluiceDestination source, @Nullable String selector) {
        this.session = session;
        this.source = source;
        this.selector = selector;
    }

    /** Asks the server once, so that a selector that does not parse is refused here and not while browsing. */
    void check() throws JMSException {
        Browse probe = open(1);
        try {
            probe.awaitAnswer();
        } finally {
            probe.close();
        }
    }

    @Override
    public Queue getQueue() throws JMSException {
        checkOpen();
        return (Queue) source;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        checkOpen();
        return selector;
    }

    @Override
    public Enumeration<Message> getEnumeration() throws JMSException {
        checkOpen();
        Browse browse = open(session.connection().options().prefetch());
        browses.removeIf(Browse::isOver);
        browses.add(browse);
        return browse;
    }

    private Browse open(int window) throws JMSException {
        ClassicConnection connection = session.connection();
        long addressId = connection.addresses().resolve(source);
        Browse browse = new Browse(connection, source, addressId, window);
        browse.open(selector == null ? "" : selector);
        return browse;
    }

    private void checkOpen() throws JMSException {
        session.core().checkOpen();
        if (closed) {
            throw new IllegalStateException("the browser is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            browses.forEach(Browse::close);
            session.forget(this);
        }
    }

    /** What it shows, and by which selector. */
    @Override
    public String toString() {
        return "SluiceBrowser[" + source + (selector == null ? "" : ", selector=" + selector) + "]";
    }
}
