package dev.sluice.server.simulation.oracle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** The branches of global transactions: what a recovery must be told of, and what it must not. */
public final class Doubts {
    private final TreeMap<String, Deal> deals = new TreeMap<>();

    Doubts() {}

    /** What is known when a recovery asks: answers may be as old as this. */
    public static final class Question {
        private final List<Deal> prepared = new ArrayList<>();
        private final List<Deal> ended = new ArrayList<>();

        private Question() {}
    }

    /** A branch has begun. */
    void begun(Deal deal) {
        deals.put(deal.name, deal);
    }

    /** Its prepare is asked for. */
    public void preparing(Deal deal) {
        deal.prepareAsked = true;
    }

    /** Its prepare has returned: from now on it stays as it is until its coordinator says what becomes of it. */
    public void prepared(Deal deal) {
        deal.end(Deal.State.PREPARED);
        deal.wasPrepared = true;
    }

    /** Its prepare says that it has nothing to commit. */
    public void readOnly(Deal deal) {
        if (!deal.sent.isEmpty() || !deal.taken.isEmpty()) {
            throw new Violation(
                    Promise.ATOMICITY,
                    "%s has sent %d and taken %d, and the prepare says that there is nothing to commit",
                    deal,
                    deal.sent.size(),
                    deal.taken.size());
        }
        deal.end(Deal.State.ROLLED_BACK);
        deal.ended = true;
    }

    /** Its coordinator has decided, for good, that it commits. */
    public void decided(Deal deal) {
        deal.end(Deal.State.DECIDED);
    }

    /** Its coordinator says what becomes of it. */
    public void ending(Deal deal) {
        deal.endAsked = true;
    }

    /** The servers have heard that, wherever a part of it was. */
    public void ended(Deal deal) {
        // What a client had on its way when it died may prepare it after that.
        deal.ended = deal.wasPrepared;
    }

    /** The coordinator is told that there is no such branch. */
    public void unknown(Deal deal) {
        if (deal.wasPrepared) {
            throw new Violation(Promise.ATOMICITY, "%s was prepared, and the servers know nothing of it", deal);
        }
    }

    /** A recovery asks what is in doubt. */
    public Question asking() {
        Question question = new Question();
        for (Deal deal : deals.values()) {
            if (deal.isKept() && !deal.endAsked) {
                question.prepared.add(deal);
            }
            if (deal.ended) {
                question.ended.add(deal);
            }
        }
        return question;
    }

    /** It is answered with these names. */
    public void answered(Question question, Collection<String> names) {
        for (Deal deal : question.prepared) {
            if (!deal.endAsked && !names.contains(deal.name)) {
                throw new Violation(Promise.ATOMICITY, "%s is prepared, and a recovery was not told of it", deal);
            }
        }
        for (String name : names) {
            Deal deal = deals.get(name);
            if (deal == null || !deal.prepareAsked || question.ended.contains(deal)) {
                throw new Violation(
                        Promise.NOTHING_INVENTED,
                        "a recovery was told of %s, which is not prepared: %s",
                        name,
                        String.valueOf(deal));
            }
        }
    }

    /** Those that wait for their coordinator. */
    List<String> waiting() {
        List<String> waiting = new ArrayList<>();
        for (Deal deal : deals.values()) {
            if (deal.isKept()) {
                waiting.add(deal.toString());
            }
        }
        return waiting;
    }
}
