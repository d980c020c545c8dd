package dev.sluice.server.simulation.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Hears all that the applications see, and says at once when a promise is broken. */
public final class Oracle {
    private static final int MISSING_MAX = 5;
    /** The longest grace with what is added to it. */
    private static final long TROUBLE_MILLIS = 20_000;

    private final TreeMap<Long, Sent> messages = new TreeMap<>();
    private final TreeMap<String, Place> places = new TreeMap<>();
    private final TreeMap<String, List<Place>> placesOf = new TreeMap<>();
    private final List<Deal> deals = new ArrayList<>();
    private final TreeMap<Long, Outcome> outcomes = new TreeMap<>();
    private final LongSupplier nowMillis;
    private long lastId;
    private long confirmed;
    private long received;

    private enum Outcome {
        UNKNOWN,
        CONFIRMED,
        REFUSED
    }

    /** Nothing has happened; {@code nowMillis} tells the time. */
    public Oracle(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** How many sends were confirmed. */
    public long confirmed() {
        return confirmed;
    }

    /** How many messages applications got. */
    public long received() {
        return received;
    }

    // ---- places ----

    /** There is a queue. */
    public void queue(String name) {
        place(name, name, 0);
    }

    /** There will be a subscription to a topic, from its first {@link #opened consumer} on. */
    public void subscription(String topic, String name) {
        place(topic, name, Long.MAX_VALUE);
    }

    private void place(String destination, String name, long since) {
        Place place = new Place(name, since);
        places.put(name, place);
        placesOf.computeIfAbsent(destination, any -> new ArrayList<>()).add(place);
    }

    /** The consumer is open, and its subscription there. */
    public void opened(Hands by) {
        by.place.since = Math.min(by.place.since, lastId);
    }

    private Place placeOf(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("no place " + name);
        }
        return place;
    }

    // ---- sending ----

    /** The next number for a message. */
    public long nextId() {
        return ++lastId;
    }

    /** The application sends. */
    public void sending(Sent message) {
        messages.put(message.id(), message);
        outcomes.put(message.id(), Outcome.UNKNOWN);
        for (Place place : placesOf.getOrDefault(message.destination(), List.of())) {
            place.courses.put(message.id(), new Course(message, place));
        }
        if (message.deal() != null) {
            message.deal().sent.add(message);
        }
    }

    /** The send has returned. */
    public void confirmed(Sent message) {
        outcomes.put(message.id(), Outcome.CONFIRMED);
        confirmed++;
    }

    /** The send has failed, and nothing was sent. */
    public void refused(Sent message) {
        outcomes.put(message.id(), Outcome.REFUSED);
    }

    // ---- receiving ----

    /** A consumer is open. */
    public Hands consumer(String name, String place, Hands.Client client) {
        Hands hands = new Hands(name, placeOf(place), client);
        hands.place.consumers.add(hands);
        return hands;
    }

    /** The application gets a message. */
    public void handed(Hands by, long id, int count) {
        received++;
        Sent message = messages.get(id);
        Course course = by.place.courses.get(id);
        if (message == null || course == null) {
            throw new Violation(Promise.NOTHING_INVENTED, "message %d came to %s, to which it was not sent", id, by);
        }
        if (outcomes.get(id) == Outcome.REFUSED) {
            throw new Violation(Promise.NOTHING_INVENTED, "%s came to %s, and its send had failed", course, by);
        }
        checkDeal(course, by);
        checkHeld(course, by);
        checkCount(course, by, count);
        checkOrder(course, by);
        checkGroup(course, by);
        if (course.holder != null) {
            course.holder.held.remove(course);
        }
        course.holder = by;
        course.acknowledging = false;
        course.handed++;
        by.held.add(course);
    }

    private static void checkDeal(Course course, Hands by) {
        Deal deal = course.message.deal();
        if (deal != null) {
            if (deal.state == Deal.State.OPEN || deal.state == Deal.State.ROLLED_BACK) {
                throw new Violation(Promise.ATOMICITY, "%s came to %s, and its transaction is %s", course, by, deal);
            }
            boolean unused = deal.seen.add(course.message.id());
            deal.seen(true);
        }
        Deal taking = course.deal;
        if (taking != null) {
            taking.seen(false);
            course.deal = null;
        }
    }

    private static void checkHeld(Course course, Hands by) {
        Hands doneBy = course.doneBy;
        boolean mayCome = !course.message.persistent() && doneBy != null && doneBy.isAway();
        if (course.done && !mayCome) {
            throw new Violation(Promise.NOTHING_DOUBLED, "%s came to %s after it was acknowledged", course, by);
        }
        Hands holder = course.holder;
        if (holder != null && holder.claims()) {
            throw new Violation(Promise.NOTHING_DOUBLED, "%s came to %s while %s has it", course, by, holder);
        }
    }

    private static void checkCount(Course course, Hands by, int count) {
        if (count < 1 + course.failed) {
            throw new Violation(
                    Promise.COUNTS,
                    "%s came to %s as delivery %d, and %d deliveries had failed",
                    course,
                    by,
                    count,
                    course.failed);
        }
        if (!course.message.persistent() && course.handed > 0 && count < 1) {
            throw new Violation(Promise.COUNTS, "%s came to %s as delivery %d", course, by, count);
        }
    }

    /** What was held by someone before comes late, and so does what someone may hold who is away. */
    private void checkOrder(Course course, Hands by) {
        if (course.handed > 0) {
            return;
        }
        Place place = by.place;
        if (place.returning > 0
                || nowMillis.getAsLong() < place.troubledUntilMillis
                || place.consumers.stream().anyMatch(Hands::isAway)) {
            disturb(by);
        }
        String lane = course.message.lane();
        long id = course.message.id();
        boolean grouped = course.message.group() != null;
        TreeMap<String, Long> seen = grouped ? place.newest : by.newest;
        Long newest = seen.get(lane);
        long late = grouped ? Math.max(place.disturbedThrough, place.groupsDisturbedThrough) : place.disturbedThrough;
        if (newest != null && id < newest && id > late) {
            throw new Violation(Promise.ORDER, "%s came to %s after message %d", course, by, newest);
        }
        seen.put(lane, newest == null ? id : Math.max(newest, id));
    }

    private static void checkGroup(Course course, Hands by) {
        String group = course.message.group();
        if (group == null) {
            return;
        }
        for (Hands other : by.place.consumers) {
            if (other == by || !other.claims()) {
                continue;
            }
            for (Course held : other.held) {
                // A new leader knows nothing of non-persistent messages that its predecessor had delivered.
                if (held.message.persistent() && group.equals(held.message.group()) && !held.acknowledging) {
                    throw new Violation(
                            Promise.GROUPS,
                            "%s of group %s came to %s while %s has %s",
                            course,
                            group,
                            by,
                            other,
                            held);
                }
            }
        }
    }

    // ---- settling ----

    /** The application, or the façade for it, asks for an acknowledgement. */
    public void acknowledging(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            course.acknowledging = true;
        }
    }

    /** The acknowledgement has returned. */
    public void acknowledged(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            Hands holder = course.holder;
            if (holder != null && holder != by) {
                throw new Violation(
                        Promise.NOTHING_DOUBLED,
                        "%s was acknowledged by %s, and had come to %s meanwhile",
                        course,
                        by,
                        holder);
            }
            course.acknowledging = false;
            course.done = true;
            course.doneBy = by;
            let(course);
        }
    }

    private static List<Course> coursesOf(Hands by, List<Long> ids) {
        List<Course> courses = new ArrayList<>();
        for (long id : ids) {
            Course course = by.place.courses.get(id);
            if (course != null) {
                courses.add(course);
            }
        }
        return courses;
    }

    private static void let(Course course) {
        Hands holder = course.holder;
        if (holder != null) {
            boolean unused = holder.held.remove(course);
            course.holder = null;
        }
    }

    /** The consumer lets go of all it holds: it gives that back, or has lost it. */
    public void letsGo(Hands by) {
        for (Course course : List.copyOf(by.held)) {
            let(course);
        }
        disturb(by);
    }

    /** The consumer hears that what it held went to others. */
    public void lost(Hands by) {
        letsGo(by);
        forgetTransient(by);
    }

    /** An acknowledgement of non-persistent messages returns before it has left: it may die with its process, or come too late. */
    private static void forgetTransient(Hands by) {
        for (Course course : by.place.courses.values()) {
            if (course.doneBy == by && !course.message.persistent()) {
                course.done = false;
            }
        }
    }

    /** These were given back as failed, and that has returned. */
    public void failed(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            course.failed++;
        }
    }

    /** What was sent so far may come late at this place. */
    public void disturb(Hands by) {
        by.place.disturbedThrough = lastId;
    }

    /** The acknowledgement has failed. */
    public void notAcknowledged(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            course.acknowledging = false;
        }
    }

    /**
     * The consumer's connection is interrupted, or back. Of a group, what was on the way to one consumer may come to another that has had later
     * messages of it: known, and not what should be.
     */
    public void interrupted(Hands by) {
        by.place.groupsDisturbedThrough = lastId;
    }

    /** The consumer begins to give back what it has, or what is on the way to it. */
    public void returning(Hands by) {
        letsGo(by);
        by.place.returning++;
    }

    /** That has been taken. */
    public void returned(Hands by) {
        by.place.returning--;
        disturb(by);
    }

    /** Its client is killed. */
    public void killed(Hands by) {
        by.place.troubledUntilMillis = nowMillis.getAsLong() + TROUBLE_MILLIS;
        forgetTransient(by);
        ended(by);
    }

    /** The consumer is no more. */
    public void ended(Hands by) {
        letsGo(by);
        boolean unused = by.place.consumers.remove(by);
    }

    // ---- transactions ----

    /** A transaction begins. */
    public Deal begin(String name) {
        Deal deal = new Deal(name);
        deals.add(deal);
        return deal;
    }

    /** The transaction takes what was received. */
    public void takes(Deal deal, Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            let(course);
            course.deal = deal;
            deal.taken.add(course);
        }
        disturb(by);
    }

    /** Its commit is asked for. */
    public void committing(Deal deal) {
        deal.end(Deal.State.UNKNOWN);
    }

    /** Its commit has returned. */
    public void committed(Deal deal) {
        deal.end(Deal.State.COMMITTED);
        deal.sent.forEach(this::confirmed);
        for (Course course : deal.taken) {
            course.done = true;
        }
    }

    /** It was rolled back. */
    public void rolledBack(Deal deal) {
        deal.end(Deal.State.ROLLED_BACK);
        for (Course course : deal.taken) {
            course.deal = course.deal == deal ? null : course.deal;
        }
    }

    /** Its client is no more. When it had not asked for a commit nothing of it may happen. */
    public void abandoned(Deal deal) {
        if (deal.state == Deal.State.OPEN) {
            rolledBack(deal);
        }
    }

    // ---- the end ----

    /** What was confirmed and has not been acknowledged yet, at most a few of it. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Place place : places.values()) {
            for (Course course : place.courses.values()) {
                if (missing.size() < MISSING_MAX && isMissing(course)) {
                    missing.add(course
                            + (course.holder == null ? "" : ", which " + course.holder + " has")
                            + (course.handed == 0 ? ", which never came" : ""));
                }
            }
        }
        return missing;
    }

    private boolean isMissing(Course course) {
        Deal deal = course.message.deal();
        boolean sent = deal == null ? outcomes.get(course.message.id()) == Outcome.CONFIRMED : deal.isCommitted();
        boolean taken = course.deal != null && course.deal.state != Deal.State.ROLLED_BACK;
        boolean settled = course.done || taken || (course.acknowledging && course.holder == null);
        boolean owed = course.message.id() > course.place.since;
        return course.holder != null || (owed && sent && course.message.persistent() && !settled);
    }

    /** All has come to rest, and nothing is missing. */
    public void checkAtEnd() {
        deals.forEach(Deal::checkAtEnd);
    }
}
