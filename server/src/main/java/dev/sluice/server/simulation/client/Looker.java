package dev.sluice.server.simulation.client;

import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ShardIds;
import dev.sluice.server.simulation.oracle.Looks;
import dev.sluice.server.simulation.oracle.Taste;
import dev.sluice.server.simulation.stage.Timeline;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Browses a queue now and then: all of it, or some, and then goes away. */
final class Looker implements Member {
    private static final long GAP_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);
    private static final long READ_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int WINDOW_MAX = 20;
    private static final int LEAVES_ONCE_IN = 200;

    private final ClientNode client;
    private final Sender.Destination queue;
    private final Taste taste;
    private long address;
    private boolean gone;

    Looker(ClientNode client, Sender.Destination queue, Taste taste) {
        this.client = client;
        this.queue = queue;
        this.taste = taste;
    }

    private Timeline chance() {
        return client.host().timeline();
    }

    @Override
    public void begin(Link link) {
        link.createAddress(queue.kind(), queue.flags(), queue.name()).whenDone((id, failure) -> {
            if (failure == null) {
                address = id;
                later(link);
            }
        });
    }

    private void later(Link link) {
        client.host().after(chance().between(0, GAP_NANOS_MAX), () -> {
            if (!gone) {
                new Walk(link).begin();
            }
        });
    }

    /** One browser. */
    private final class Walk implements BrowseSink {
        private final Link link;
        private final long id = ShardIds.beside(address, client.nextNumber());
        private final int window = 1 + chance().below(WINDOW_MAX);
        private final Looks.Look look = client.oracle().looks().look(queue.name(), taste);
        private long granted = window;
        private long taken;
        private boolean left;

        Walk(Link link) {
            this.link = link;
        }

        void begin() {
            link.openBrowser(id, address, granted, taste.selector(), this);
        }

        @Override
        public void browsed(Delivery delivery) {
            if (gone || left) {
                return;
            }
            look.shows(Envelopes.id(delivery, client.oracle()));
            taken++;
            if (chance().onceIn(LEAVES_ONCE_IN)) {
                left = true;
                link.closeBrowser(id);
                later(link);
            } else if (granted - taken <= window / 2) {
                granted = taken + window;
                long total = granted;
                client.host().after(chance().between(0, READ_NANOS_MAX), () -> link.creditBrowser(id, total));
            }
        }

        @Override
        public void end(@Nullable LinkException failure) {
            if (gone || left) {
                return;
            }
            client.say("has browsed " + taken + " of " + queue.name()
                    + (failure == null ? "" : ": " + failure.getMessage()));
            if (failure == null) {
                look.ended();
            }
            later(link);
        }
    }

    @Override
    public void killed() {
        gone = true;
    }
}
