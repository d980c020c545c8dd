package dev.sluice.server.cli;

import dev.sluice.base.Completion;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects a list of destinations. Filled on the link's event loop, read after it is complete. */
final class Listing extends Completion implements ListSink {
    private final List<Destination> destinations = new ArrayList<>();

    /** Asks for the destinations that match, and waits for them; sorted by name. */
    static List<Destination> of(Link link, String filter) throws LinkException, InterruptedException {
        Listing listing = new Listing();
        link.listDestinations(filter, listing);
        listing.awaitDone();
        if (listing.failure() instanceof LinkException failure) {
            throw failure;
        }
        listing.destinations.sort(Comparator.comparing(Destination::name).thenComparing(Destination::kind));
        return listing.destinations;
    }

    @Override
    public void destination(Destination destination) {
        destinations.add(destination);
    }

    @Override
    public void end(@Nullable LinkException failure) {
        if (failure == null) {
            succeed(0);
        } else {
            fail(failure);
        }
    }
}
