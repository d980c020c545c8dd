package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.SluiceTemporaryQueue;
import dev.sluice.SluiceTemporaryTopic;
import dev.sluice.TemporaryOwner;
import dev.sluice.base.Monitor;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Named;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import io.netty.buffer.ByteBuf;
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
        long created = make(destination, temporary ? TEMPORARY | MUST_EXIST : 0);
        remember(known, destination, created);
        return created;
    }

    /** Whether {@link #resolve} would have to ask the server. */
    boolean isNew(SluiceDestination destination) {
        return find(destination) == null && !(destination.kind().isTemporary() && isOwn(destination));
    }

    /** Sends to a {@link #isNew new} destination, whose number is known then, also when the message is refused since the server did not know it. */
    Reply publish(SluiceDestination destination, Publication publication, ByteBuf envelope) {
        int flags = destination.kind().isTemporary() ? TEMPORARY | MUST_EXIST : 0;
        Named named =
                link.publishNamed(destination.kind().addressKind(), flags, destination.name(), publication, envelope);
        named.address().whenDone((id, refusal) -> {
            if (refusal == null) {
                remember(known, destination, id);
            }
        });
        return named.message();
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
        remember(temporaries, destination, make(destination, TEMPORARY));
    }

    private long make(SluiceDestination destination, int flags) throws JMSException {
        Reply made = ask(destination, flags);
        // Who has gone by an old map knows the new one from the answer on.
        return Replies.await(isElsewhere(made) ? ask(destination, flags) : made, "the destination " + destination);
    }

    private Reply ask(SluiceDestination destination, int flags) {
        return link.createAddress(destination.kind().addressKind(), flags, destination.name());
    }

    private static boolean isElsewhere(Reply made) throws JMSException {
        try {
            long unused = made.await();
            return false;
        } catch (LinkException refusal) {
            return refusal.code() == RefusalCode.WRONG_SHARD;
        } catch (InterruptedException interrupt) {
            throw JmsErrors.interrupted("waiting for a destination", interrupt);
        }
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
