package dev.sluice.sharding;

import dev.sluice.base.Clock;
import dev.sluice.base.Monitor;
import dev.sluice.base.SharedRef;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The links to the shards of one server: that to the first, the home, is there; each other one is opened by the first thread that needs it,
 * which waits. Thread-safe.
 */
final class ShardLinks implements SpreadTransactions.Shards {
    private final Monitor monitor = new Monitor();
    private final LinkOptions options;
    private final LinkOpener opener;
    private final MergedEvents events;
    private final Clock clock;
    private final List<SharedRef<Link>> byShard = new ArrayList<>();
    private final SharedRef<List<Link>> opened = new SharedRef<>();
    private final Set<Integer> opening = new LinkedHashSet<>();
    private String clientId;
    private boolean closed;

    ShardLinks(Link home, LinkOptions options, LinkOpener opener, MergedEvents events, Clock clock) {
        this.options = options;
        this.opener = opener;
        this.events = events;
        this.clock = clock;
        this.clientId = options.clientId();
        for (int shard = 0; shard < events.buckets().shards(); shard++) {
            byShard.add(new SharedRef<>());
        }
        byShard.get(0).set(home);
        opened.set(List.of(home));
    }

    /** The shard of a queue or topic, as the servers have said last. */
    int shardOf(String name) {
        return events.buckets().shardOf(name);
    }

    @Override
    public int count() {
        return byShard.size();
    }

    Link home() {
        return opened().get(0);
    }

    /** The links that are open, home first. */
    List<Link> opened() {
        return Objects.requireNonNull(opened.value());
    }

    /** The link to a shard if it is open, else null; never waits. */
    @Nullable Link ifOpen(int shard) {
        return shard < byShard.size() ? byShard.get(shard).value() : null;
    }

    /** The link to a shard; opens it, and waits for that. */
    Link of(int shard) throws LinkException {
        Link link = ifOpen(shard);
        return link == null ? open(shard) : link;
    }

    @Override
    public Link link(int shard) throws LinkException {
        return of(shard);
    }

    /** The links to all shards, by shard. */
    List<Link> all() throws LinkException {
        List<Link> all = new ArrayList<>();
        for (int shard = 0; shard < count(); shard++) {
            all.add(of(shard));
        }
        return all;
    }

    /** Names the client on each shard, and on those that are opened later. */
    void clientId(String name) throws LinkException {
        Reply first = home().setClientId(name);
        try {
            long unused = first.await();
            monitor.enter();
            try {
                clientId = name;
            } finally {
                monitor.leave();
            }
            List<Link> open = opened();
            for (Link other : open.subList(1, open.size())) {
                long ignored = insist(() -> other.setClientId(name).await());
            }
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    /** Opens no more; what is open is its caller's to close, home first. */
    List<Link> close() {
        monitor.enter();
        try {
            closed = true;
            monitor.changed();
            return opened();
        } finally {
            monitor.leave();
        }
    }

    // ---- opening ----

    private interface Attempt<T> {
        T run() throws LinkException, InterruptedException;
    }

    private Link open(int shard) throws LinkException {
        if (shard >= count()) {
            throw new LinkException(
                    RefusalCode.LIMIT,
                    "there is no shard " + shard + " on the server, the last one is " + (count() - 1),
                    count() - 1,
                    shard);
        }
        try {
            Link ready = begin(shard);
            return ready == null ? connect(shard) : ready;
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    /** Waits for who opens it already; null when the caller is to open it. */
    private @Nullable Link begin(int shard) throws LinkException, InterruptedException {
        monitor.enter();
        try {
            while (opening.contains(shard)) {
                monitor.await();
            }
            Link ready = ifOpen(shard);
            if (ready == null) {
                if (closed) {
                    throw isClosed();
                }
                opening.add(shard);
            }
            return ready;
        } finally {
            monitor.leave();
        }
    }

    private Link connect(int shard) throws LinkException, InterruptedException {
        try {
            Link fresh = insist(
                    () -> opener.open(options.withShard(shard, currentClientId(), events.members()), events.of(shard)));
            keep(shard, fresh);
            return fresh;
        } finally {
            monitor.enter();
            try {
                opening.remove(shard);
                monitor.changed();
            } finally {
                monitor.leave();
            }
        }
    }

    private void keep(int shard, Link fresh) throws LinkException {
        boolean same = fresh.clusterId() == home().clusterId();
        monitor.enter();
        try {
            if (same && !closed) {
                byShard.get(shard).set(fresh);
                List<Link> now = new ArrayList<>(opened());
                now.add(fresh);
                opened.set(List.copyOf(now));
                return;
            }
        } finally {
            monitor.leave();
        }
        Reply unused = fresh.close();
        throw same
                ? isClosed()
                : new LinkException(
                        RefusalCode.INTERNAL,
                        "the servers of the URL have different data: shard 0 was found on one, and shard " + shard
                                + " on another");
    }

    /** Tries until it succeeds, or its refusal is the last word. */
    private <T> T insist(Attempt<T> attempt) throws LinkException, InterruptedException {
        Insistence insistence = new Insistence(options, clock);
        while (true) {
            try {
                return attempt.run();
            } catch (LinkException refusal) {
                pause(insistence.pauseAfter(refusal));
            }
        }
    }

    /** Waits, unless it is closed meanwhile. */
    private void pause(long nanos) throws LinkException, InterruptedException {
        monitor.enter();
        try {
            for (long left = nanos; left > 0 && !closed; ) {
                left = monitor.await(left);
            }
            if (closed) {
                throw isClosed();
            }
        } finally {
            monitor.leave();
        }
    }

    private String currentClientId() {
        monitor.enter();
        try {
            return clientId;
        } finally {
            monitor.leave();
        }
    }

    private static LinkException isClosed() {
        return new LinkException(RefusalCode.INTERNAL, "the connection is closed");
    }

    private static LinkException interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new LinkException(
                RefusalCode.INTERNAL, "interrupted while waiting for a shard of the server", interrupt);
    }
}
