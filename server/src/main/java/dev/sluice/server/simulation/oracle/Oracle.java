package dev.sluice.server.simulation.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Hears all that the applications see, and says at once when a promise is broken. */
public final class Oracle {
    private static final int MISSING_MAX = 5;
    /** The longest grace with what is added to it. */
    private static final long TROUBLE_MILLIS = 20_000;

    /** Clients count the time to live as well, by a clock that may be as late as the servers' silence that they bear. */
    private static final long LATE_MILLIS = 12_000;

    private final TreeMap<Long, Sent> messages = new TreeMap<>();
    private final TreeMap<String, Place> places = new TreeMap<>();
    private final TreeMap<String, List<Place>> placesOf = new TreeMap<>();
    private final List<Deal> deals = new ArrayList<>();
    private final Doubts doubts = new Doubts();
    private final Looks looks;
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
        looks = new Looks(this, nowMillis);
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
        place(name, new Place(name, Taste.ALL, 0));
    }

    /** The queue is no more, with all that is in it. */
    public void over(String name) {
        placeOf(name).over = true;
    }

    /** There will be a subscription to a topic, from its first {@link #opened consumer} on. */
    public void subscription(String topic, String name, Taste taste) {
        place(topic, new Place(name, taste, Long.MAX_VALUE));
    }

    /** What was delivered so often from a queue or topic goes to a queue of its own. */
    public void deadLetterQueue(String name, String source, int limit) {
        places.put(name, new Place(name, Taste.ALL, 0));
        placesOf.getOrDefault(source, List.of()).forEach(place -> place.limit = limit);
    }

    private void place(String destination, Place place) {
        places.put(place.name, place);
        placesOf.computeIfAbsent(destination, any -> new ArrayList<>()).add(place);
    }

    /** The consumer is open, and its subscription there. */
    public void opened(Hands by) {
        by.place.since = Math.min(by.place.since, lastId);
    }

    Place placeOf(String name) {
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
        long delay = message.content().delayMillis();
        for (Place place : placesOf.getOrDefault(message.destination(), List.of())) {
            if (place.taste.likes(message)) {
                Course course = new Course(message, place);
                course.fromMillis = delay == 0 ? 0 : nowMillis.getAsLong() + delay;
                place.courses.put(message.id(), course);
            }
        }
        if (message.deal() != null) {
            message.deal().sent.add(message);
        }
    }

    /** The send has returned. */
    public void confirmed(Sent message) {
        outcomes.put(message.id(), Outcome.CONFIRMED);
        confirmed++;
        long now = nowMillis.getAsLong();
        long life = message.content().timeToLiveMillis();
        for (Course course : coursesOf(message)) {
            course.sentMillis = now;
            // A server has taken it before now, and counts from there.
            course.untilMillis = life == 0 ? 0 : now + life + LATE_MILLIS;
        }
    }

    private List<Course> coursesOf(Sent message) {
        List<Course> courses = new ArrayList<>();
        for (Place place : placesOf.getOrDefault(message.destination(), List.of())) {
            Course course = place.courses.get(message.id());
            if (course != null) {
                courses.add(course);
            }
        }
        return courses;
    }

    /** The send has failed, and nothing was sent. */
    public void refused(Sent message) {
        outcomes.put(message.id(), Outcome.REFUSED);
    }

    boolean isRefused(long id) {
        return outcomes.get(id) == Outcome.REFUSED;
    }

    // ---- receiving ----

    /** A consumer is open. */
    public Hands consumer(String name, String place, Taste taste, Hands.Client client) {
        Hands hands = new Hands(name, placeOf(place), taste, client);
        hands.place.consumers.add(hands);
        hands.place.selective |= !taste.selector().isEmpty();
        return hands;
    }

    /** A message came to a client, with this body. */
    public void came(long id, byte[] body) {
        Sent message = messages.get(id);
        if (message == null) {
            throw new Violation(Promise.NOTHING_INVENTED, "message %d came, and nobody sent it", id);
        }
        byte[] sent = message.content().body(id);
        if (!Arrays.equals(sent, body)) {
            throw new Violation(
                    Promise.NOTHING_INVENTED,
                    "message %d came with another body: of %d bytes, and %d were sent; they differ from byte %d on",
                    id,
                    body.length,
                    sent.length,
                    Arrays.mismatch(sent, body));
        }
    }

    /** The application gets a message. */
    public void handed(Hands by, long id, int count) {
        received++;
        Sent message = messages.get(id);
        Course course = by.place.courses.get(id);
        if (message == null || course == null) {
            throw new Violation(Promise.NOTHING_INVENTED, "message %d came to %s, to which it was not sent", id, by);
        }
        if (isRefused(id)) {
            throw new Violation(Promise.NOTHING_INVENTED, "%s came to %s, and its send had failed", course, by);
        }
        if (!by.likes(message)) {
            throw new Violation(Promise.SELECTORS, "%s came to %s, which wants %s", course, by, by.taste());
        }
        checkTime(course, by);
        Checks.deal(course, by);
        Checks.held(course, by);
        Checks.count(course, by, count);
        checkOrder(course, by);
        Checks.group(course, by);
        if (course.holder != null) {
            course.holder.held.remove(course);
        }
        course.holder = by;
        course.acknowledging = false;
        course.handed++;
        by.held.add(course);
    }

    private void checkTime(Course course, Hands by) {
        long now = nowMillis.getAsLong();
        if (now < course.fromMillis) {
            throw new Violation(
                    Promise.TIMES, "%s came to %s %d ms before its time", course, by, course.fromMillis - now);
        }
        if (course.untilMillis > 0 && now > course.untilMillis) {
            throw new Violation(
                    Promise.TIMES,
                    "%s came to %s %d ms after its end",
                    course,
                    by,
                    now - course.untilMillis + LATE_MILLIS);
        }
    }

    /** What comes next by {@code by}, of a dead-letter queue, says that it was delivered so often at {@code source}: it is there no more. */
    public void deadLetter(Hands by, long id, String source, int deliveries) {
        Place place = places.get(source);
        Course before = place == null ? null : place.courses.get(id);
        if (place == null || before == null) {
            throw new Violation(Promise.NOTHING_INVENTED, "message %d came to %s, and was never at %s", id, by, source);
        }
        if (deliveries < place.limit) {
            throw new Violation(
                    Promise.COUNTS, "%s is a dead letter after %d of %d deliveries", before, deliveries, place.limit);
        }
        if (!by.place.courses.containsKey(id)) {
            Checks.deal(before, by);
            Checks.held(before, by);
            before.dead = true;
            let(before);
            Course letter = new Course(before.message, by.place);
            letter.isLetter = true;
            by.place.courses.put(id, letter);
        }
    }

    /** The client finds that the message has expired, and does not hand it out. */
    public void expired(Hands by, long id) {
        Course course = by.place.courses.get(id);
        if (course == null || !course.message.content().mayExpire()) {
            throw new Violation(Promise.TIMES, "%s takes message %d for expired", by, id);
        }
    }

    /** What was held by someone before comes late, and so does what someone may hold who is away. */
    private void checkOrder(Course course, Hands by) {
        if (course.handed > 0 || course.isLetter || course.message.content().delayMillis() > 0) {
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
        // What the owner of a group does not want waits, and is overtaken by what it wants.
        TreeMap<String, Long> seen = grouped && !place.selective ? place.newest : by.newest;
        Long newest = seen.get(lane);
        long late = grouped ? Math.max(place.disturbedThrough, place.groupsDisturbedThrough) : place.disturbedThrough;
        if (newest != null && id < newest && id > late) {
            throw new Violation(Promise.ORDER, "%s came to %s after message %d", course, by, newest);
        }
        seen.put(lane, newest == null ? id : Math.max(newest, id));
    }

    // ---- settling ----

    /** The application, or the façade for it, asks for an acknowledgement. */
    public void acknowledging(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            course.acknowledging = true;
            course.touched = true;
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
            course.doneMillis = nowMillis.getAsLong();
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

    /** The acknowledgement is refused, since what the consumer held went to others, or will. */
    public void notAcknowledged(Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            course.acknowledging = false;
            if (course.holder == by) {
                let(course);
            }
        }
        disturb(by);
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

    /** A branch of a global transaction begins. */
    public Deal beginBranch(String name) {
        Deal deal = begin(name);
        doubts.begun(deal);
        return deal;
    }

    /** What browsers show. */
    public Looks looks() {
        return looks;
    }

    /** The branches of global transactions. */
    public Doubts doubts() {
        return doubts;
    }

    /** The transaction takes what was received. */
    public void takes(Deal deal, Hands by, List<Long> ids) {
        for (Course course : coursesOf(by, ids)) {
            Hands holder = course.holder;
            if (holder != null && holder != by) {
                // It went to another one meanwhile: then the transaction cannot commit.
                deal.seen(false);
                continue;
            }
            let(course);
            course.deal = deal;
            course.touched = true;
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
            course.doneMillis = nowMillis.getAsLong();
        }
    }

    /** It was prepared, and its rollback has returned: each delivery of what it took has failed. */
    public void undone(Deal deal) {
        for (Course course : deal.taken) {
            course.failed++;
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
        List<String> missing = doubts.waiting();
        for (Place place : places.values()) {
            for (Course course : place.over ? List.<Course>of() : place.courses.values()) {
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
        boolean settled = course.done || course.dead || taken || (course.acknowledging && course.holder == null);
        boolean owed = course.message.id() > course.place.since
                && !course.message.content().mayExpire();
        return course.holder != null || (owed && sent && course.message.persistent() && !settled);
    }

    /** All has come to rest, and nothing is missing. */
    public void checkAtEnd() {
        deals.forEach(Deal::checkAtEnd);
    }
}
