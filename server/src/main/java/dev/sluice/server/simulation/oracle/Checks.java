package dev.sluice.server.simulation.oracle;

/** What must be so when a message comes to a consumer, whatever came before to that one. Stateless. */
final class Checks {
    private Checks() {}

    static void deal(Course course, Hands by) {
        Deal deal = course.message.deal();
        if (deal != null) {
            if (!deal.mayBeSeen()) {
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

    static void held(Course course, Hands by) {
        if (course.dead) {
            throw new Violation(Promise.NOTHING_DOUBLED, "%s came to %s, and is a dead letter", course, by);
        }
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

    static void count(Course course, Hands by, int count) {
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

    static void group(Course course, Hands by) {
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
}
