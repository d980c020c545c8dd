package dev.sluice.server.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Goes once, in order, through the messages of a lane that a consumer's cursor has passed and no one holds: those that came back, and
 * those that wait for the owner of their group. Good until one of them is taken. Owner: the shard thread.
 */
final class Behind {
    private final PriorityQueue<Source> begun = new PriorityQueue<>(Comparator.comparingLong(source -> source.next));
    private final Iterator<MessageGroups.Line> lines;
    private @Nullable Source nextLine;
    private @Nullable Source current;

    /** Messages in order, all of one group, or all of none that is known. */
    private static final class Source {
        private final Iterator<Long> places;
        private final MessageGroups.@Nullable Line line;
        private long next;

        Source(Iterator<Long> places, MessageGroups.@Nullable Line line) {
            this.places = places;
            this.line = line;
        }

        boolean advance() {
            boolean more = places.hasNext();
            if (more) {
                next = Table.sequence(places.next());
            }
            return more;
        }
    }

    /** {@code returned} are the places of what came back, in order; {@code lines} come by their first message. */
    Behind(Iterator<Long> returned, Collection<MessageGroups.Line> lines) {
        this.lines = lines.iterator();
        current = new Source(returned, null);
    }

    /** The next sequence, or -1. */
    long next() {
        Source last = current;
        if (last != null && last.advance()) {
            begun.add(last);
        }
        if (nextLine == null && lines.hasNext()) {
            MessageGroups.Line line = lines.next();
            nextLine = new Source(line.sequences().iterator(), line);
            var unused = nextLine.advance();
        }
        Source first = begun.peek();
        if (nextLine != null && (first == null || nextLine.next < first.next)) {
            current = nextLine;
            nextLine = null;
        } else {
            current = begun.poll();
        }
        return current == null ? -1 : current.next;
    }

    /** The line in which the last one waits, or null when it is of no group that is known. */
    MessageGroups.@Nullable Line line() {
        return current == null ? null : current.line;
    }

    /** Leaves out what else is in that line. */
    void skipLine() {
        current = null;
    }
}
