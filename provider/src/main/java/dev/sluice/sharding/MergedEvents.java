package dev.sluice.sharding;

import dev.sluice.base.Monitor;
import dev.sluice.base.SharedRef;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.wire.BucketMap;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the events of one link of those of several: interrupted when the first goes away, resumed when none is away any more, failed once.
 * They come on the loops of all links; the listener hears one after the other, in the order in which they happened. Thread-safe.
 */
public final class MergedEvents {
    private final Monitor monitor = new Monitor();
    private final LinkListener listener;
    private final Set<Integer> away = new LinkedHashSet<>();
    private final ArrayDeque<Runnable> due = new ArrayDeque<>();
    private boolean telling;
    private boolean failed;
    private @Nullable Runnable onFailure;
    private BucketMap buckets = BucketMap.initial(1);
    private boolean isTold;
    private final SharedRef<LinkOptions.Members> members = new SharedRef<>();

    /** For {@code listener}, which sees one link. */
    public MergedEvents(LinkListener listener) {
        this.listener = listener;
        members.set(LinkOptions.Members.UNKNOWN);
    }

    /** What the link to a shard tells its events; shard 0 is the one that says where the client is connected. */
    public LinkListener of(int shard) {
        return new OfShard(shard);
    }

    /** The servers that any of the links has heard of last. */
    LinkOptions.Members members() {
        return Objects.requireNonNull(members.value());
    }

    /** The latest map that any of the links has heard of. */
    public BucketMap buckets() {
        monitor.enter();
        try {
            return buckets;
        } finally {
            monitor.leave();
        }
    }

    private void buckets(int shard, BucketMap told) {
        monitor.enter();
        try {
            // How many shards there are is said by the first one that is told, on the home link: another one is of
            // other data.
            boolean first = shard == 0 && !isTold;
            if (first || (told.shards() == buckets.shards() && told.version() > buckets.version())) {
                buckets = told;
                isTold = true;
            }
        } finally {
            monitor.leave();
        }
    }

    /** Runs {@code action} once, after the listener has heard of a failure; at once when it has. */
    void onFailure(Runnable action) {
        boolean now;
        monitor.enter();
        try {
            now = failed;
            onFailure = action;
        } finally {
            monitor.leave();
        }
        if (now) {
            action.run();
        }
    }

    private void interrupted(int shard, LinkException reason) {
        monitor.enter();
        try {
            boolean first = away.isEmpty();
            away.add(shard);
            if (first && !failed) {
                due.add(() -> listener.interrupted(reason));
            }
        } finally {
            monitor.leave();
        }
        tell();
    }

    private void resumed(int shard, String server) {
        monitor.enter();
        try {
            boolean last = away.remove(shard) && away.isEmpty();
            if (last && !failed) {
                due.add(() -> listener.resumed(server));
            }
        } finally {
            monitor.leave();
        }
        tell();
    }

    private void failed(LinkException reason) {
        monitor.enter();
        try {
            if (!failed) {
                failed = true;
                Runnable after = onFailure;
                due.add(() -> listener.failed(reason));
                if (after != null) {
                    due.add(after);
                }
            }
        } finally {
            monitor.leave();
        }
        tell();
    }

    /** Tells what is due, outside of the monitor; who comes meanwhile leaves it to the one who tells. */
    private void tell() {
        for (Runnable event = begin(); event != null; event = next()) {
            event.run();
        }
    }

    private @Nullable Runnable begin() {
        monitor.enter();
        try {
            if (telling || due.isEmpty()) {
                return null;
            }
            telling = true;
            return due.poll();
        } finally {
            monitor.leave();
        }
    }

    private @Nullable Runnable next() {
        monitor.enter();
        try {
            Runnable event = due.poll();
            telling = event != null;
            return event;
        } finally {
            monitor.leave();
        }
    }

    private final class OfShard implements LinkListener {
        private final int shard;

        OfShard(int shard) {
            this.shard = shard;
        }

        @Override
        public void established(String server) {
            if (shard == 0) {
                listener.established(server);
            }
        }

        @Override
        public void members(LinkOptions.Members told) {
            members.set(told);
        }

        @Override
        public void buckets(BucketMap map) {
            MergedEvents.this.buckets(shard, map);
        }

        @Override
        public void interrupted(LinkException reason) {
            MergedEvents.this.interrupted(shard, reason);
        }

        @Override
        public void resumed(String server) {
            MergedEvents.this.resumed(shard, server);
        }

        @Override
        public void failed(LinkException reason) {
            MergedEvents.this.failed(reason);
        }
    }
}
