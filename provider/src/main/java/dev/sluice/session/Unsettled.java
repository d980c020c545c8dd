package dev.sluice.session;

import dev.sluice.link.Ranges;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a session has handed to the application and neither acknowledged nor given back, in the order of handing over. */
public final class Unsettled {
    private final Set<Handed> messages = new LinkedHashSet<>();

    /** A message was handed over. */
    public void add(Handed message) {
        messages.add(message);
    }

    /** Takes out one message; false when it was not there (any more). */
    public boolean remove(Handed message) {
        return messages.remove(message);
    }

    /** How many there are. */
    public int size() {
        return messages.size();
    }

    /** Takes out all, as ranges of each consumer. */
    public Map<Long, Ranges> takeAll() {
        Map<Long, Ranges> ranges = new LinkedHashMap<>();
        for (Handed message : messages) {
            add(ranges.computeIfAbsent(message.consumerId(), id -> new Ranges()), message);
        }
        messages.clear();
        return ranges;
    }

    /** What came by one consumer; it stays. */
    public Ranges of(long consumerId) {
        Ranges ranges = new Ranges();
        for (Handed message : messages) {
            if (message.consumerId() == consumerId) {
                add(ranges, message);
            }
        }
        return ranges;
    }

    /** Takes out what came by one consumer. */
    public Ranges takeOf(long consumerId) {
        Ranges ranges = of(consumerId);
        messages.removeIf(message -> message.consumerId() == consumerId);
        return ranges;
    }

    /** Takes out what came by one consumer before {@code epoch}: it belongs to others now. */
    public List<Handed> forget(long consumerId, long epoch) {
        List<Handed> forgotten = new ArrayList<>();
        for (Iterator<Handed> each = messages.iterator(); each.hasNext(); ) {
            Handed message = each.next();
            if (message.consumerId() == consumerId && message.epoch() < epoch) {
                each.remove();
                forgotten.add(message);
            }
        }
        return forgotten;
    }

    /** {@code message} alone, as ranges. */
    public static Ranges only(Handed message) {
        Ranges ranges = new Ranges();
        add(ranges, message);
        return ranges;
    }

    private static void add(Ranges ranges, Handed message) {
        ranges.add(message.priority(), message.transientMessage(), message.sequence());
    }
}
