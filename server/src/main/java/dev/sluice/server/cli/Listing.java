package dev.sluice.server.cli;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink;
import java.util.Comparator;
import java.util.List;

/** A list of destinations. */
final class Listing extends Collected<ListSink.Destination> implements ListSink {
    /** Asks for the destinations that match, and waits for them; sorted by name. */
    static List<Destination> of(Link link, String filter) throws LinkException, InterruptedException {
        Listing listing = new Listing();
        link.listDestinations(filter, listing);
        List<Destination> destinations = listing.await();
        destinations.sort(Comparator.comparing(Destination::name).thenComparing(Destination::kind));
        return destinations;
    }

    @Override
    public void destination(Destination destination) {
        add(destination);
    }
}
