package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.SluiceDestination.Kind;
import dev.sluice.SluiceTemporaryQueue;
import dev.sluice.SluiceTemporaryTopic;
import dev.sluice.TemporaryOwner;
import dev.sluice.base.Monitor;
import dev.sluice.link.Link;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers of the destinations that one connection has used, and the temporary ones that it has made. Thread-safe. */
final class Addresses implements TemporaryOwner {
    /** Beyond it the least recently used one is asked for again. */
    private static final int REMEMBERED_MAX = 10_000;

    private static final int TEMPORARY = 1;
    private static final int MUST_EXIST = 2;

    private final Link link;
    private final Monitor monitor = new Monitor();
    private final Map<SluiceDestination, Long> known = new LeastRecentlyUsed();
    private final Map<SluiceDestination, Long> temporaries = new LinkedHashMap<>();
    private final String prefix;
    private long lastTemporary;

    Addresses(Link link) {
        this.link = link;
        HexFormat hex = HexFormat.of();
        this.prefix = "temp." + hex.toHexDigits(link.keyHigh()) + hex.toHexDigits(link.keyLow()) + ".";
    }

    /** The number of a destination; the server makes it on first use. */
    long resolve(SluiceDestination destination) throws JMSException {
        Long id = find(destination);
        if (id != null) {
            return id;
        }
        boolean temporary = destination.kind().isTemporary();
        if (temporary && isOwn(destination)) {
            throw new InvalidDestinationException(destination + " was deleted");
        }
        long created = Replies.await(
                link.createAddress(
                        destination.kind().addressKind(), temporary ? TEMPORARY | MUST_EXIST : 0, destination.name()),
                "the destination " + destination);
        remember(known, destination, created);
        return created;
    }

    /** The number of a destination whose messages this connection wants. */
    long resolveForConsumer(SluiceDestination destination) throws JMSException {
        if (destination.kind().isTemporary() && !isOwn(destination)) {
            throw new InvalidDestinationException(
                    destination + " belongs to another connection; only the one that made it may consume from it");
        }
        return resolve(destination);
    }

    /** The server does not know it any more. */
    void forget(SluiceDestination destination) {
        monitor.enter();
        try {
            known.remove(destination);
        } finally {
            monitor.leave();
        }
    }

    SluiceTemporaryQueue createTemporaryQueue() throws JMSException {
        SluiceTemporaryQueue queue = new SluiceTemporaryQueue(nextName(), this);
        create(queue);
        return queue;
    }

    SluiceTemporaryTopic createTemporaryTopic() throws JMSException {
        SluiceTemporaryTopic topic = new SluiceTemporaryTopic(nextName(), this);
        create(topic);
        return topic;
    }

    @Override
    public void delete(SluiceDestination destination) throws JMSException {
        Long id;
        monitor.enter();
        try {
            id = temporaries.get(destination);
        } finally {
            monitor.leave();
        }
        if (id == null) {
            throw new IllegalStateException(destination + " was deleted before");
        }
        long ignored = Replies.await(link.deleteAddress(id), "the deletion of " + destination);
        monitor.enter();
        try {
            temporaries.remove(destination);
        } finally {
            monitor.leave();
        }
    }

    private void create(SluiceDestination destination) throws JMSException {
        Kind kind = destination.kind();
        long id = Replies.await(
                link.createAddress(kind.addressKind(), TEMPORARY, destination.name()), "a temporary destination");
        remember(temporaries, destination, id);
    }

    private boolean isOwn(SluiceDestination destination) {
        return destination.name().startsWith(prefix);
    }

    private String nextName() {
        monitor.enter();
        try {
            return prefix + ++lastTemporary;
        } finally {
            monitor.leave();
        }
    }

    private @Nullable Long find(SluiceDestination destination) {
        monitor.enter();
        try {
            Long id = temporaries.get(destination);
            return id == null ? known.get(destination) : id;
        } finally {
            monitor.leave();
        }
    }

    private void remember(Map<SluiceDestination, Long> map, SluiceDestination destination, long id) {
        monitor.enter();
        try {
            map.put(destination, id);
        } finally {
            monitor.leave();
        }
    }

    private static final class LeastRecentlyUsed extends LinkedHashMap<SluiceDestination, Long> {
        private static final long serialVersionUID = 1L;

        LeastRecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<SluiceDestination, Long> eldest) {
            return size() > REMEMBERED_MAX;
        }
    }
}
