package dev.sluice.server.simulation.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** What browsers show: what is there, and nothing else; and nothing that they show is gone by that. */
public final class Looks {
    /** A leader that has lost its place without knowing it shows what was there so long ago: until then its clients believe it. */
    private static final long OLD_MILLIS = 12_000;

    private final Oracle oracle;
    private final LongSupplier nowMillis;

    Looks(Oracle oracle, LongSupplier nowMillis) {
        this.oracle = oracle;
        this.nowMillis = nowMillis;
    }

    /** One look at a queue. */
    public final class Look {
        private final Place place;
        private final Taste taste;
        private final List<Course> must = new ArrayList<>();
        private final Set<Long> gone = new TreeSet<>();
        private final Set<Long> shown = new TreeSet<>();

        private Look(Place place, Taste taste) {
            this.place = place;
            this.taste = taste;
            long before = nowMillis.getAsLong() - OLD_MILLIS;
            for (Course course : place.courses.values()) {
                if (course.doneMillis > 0 && course.doneMillis < before && course.message.persistent()) {
                    gone.add(course.message.id());
                } else if (isThere(course, before)) {
                    must.add(course);
                }
            }
        }

        private boolean isThere(Course course, long before) {
            // What failed too often is elsewhere, and no one may have heard of it.
            return place.limit == 0
                    && taste.likes(course.message)
                    && course.sentMillis > 0
                    && course.sentMillis < before
                    && (course.fromMillis == 0 || course.handed > 0 || course.shown)
                    && course.message.isLasting()
                    && !course.isTouched();
        }

        /** A message is shown. */
        public void shows(long id) {
            Course course = place.courses.get(id);
            if (course == null || !taste.likes(course.message)) {
                throw new Violation(Promise.BROWSERS, "a browser of %s for %s shows message %d", place.name, taste, id);
            }
            Deal deal = course.message.deal();
            if (oracle.isRefused(id) || (deal != null && !deal.mayBeSeen())) {
                throw new Violation(
                        Promise.BROWSERS, "a browser shows %s, which was not sent: %s", course, String.valueOf(deal));
            }
            if (gone.contains(id)) {
                throw new Violation(Promise.BROWSERS, "a browser shows %s, which was acknowledged long ago", course);
            }
            if (nowMillis.getAsLong() < course.fromMillis) {
                throw new Violation(Promise.BROWSERS, "a browser shows %s before its time", course);
            }
            course.shown = true;
            if (!shown.add(id)) {
                throw new Violation(Promise.BROWSERS, "a browser shows %s twice", course);
            }
        }

        /** It has ended, with all that there is. */
        public void ended() {
            for (Course course : must) {
                if (!shown.contains(course.message.id()) && !course.isTouched()) {
                    throw new Violation(Promise.BROWSERS, "a browser does not show %s", course);
                }
            }
        }
    }

    /** A browser is opened. */
    public Look look(String queue, Taste taste) {
        return new Look(oracle.placeOf(queue), taste);
    }
}
