package dev.sluice.link;

/**
 * Non-persistent messages that one consumer has acknowledged, as far as the server may not have heard of it: such an acknowledgement has no
 * number and no answer, and is said again on the next socket, since the message would come again otherwise. Owned by the link machine.
 */
final class Told {
    /** When so many were told since, older ones were heard long ago: that much is on no socket. */
    private static final int MESSAGES_MAX = 16 * 1024;

    private Held newest = new Held();
    private Held older = new Held();
    private int newestCount;
    private long before;

    /** They were told before the command of this number was written. */
    void add(Ranges ranges, long nextNumber) {
        before = nextNumber;
        for (int index = 0; index < ranges.size(); index++) {
            for (int offset = 0; offset < ranges.count(index); offset++) {
                newest.add(ranges.priority(index), true, ranges.first(index) + offset);
            }
            newestCount += ranges.count(index);
        }
        if (newestCount >= MESSAGES_MAX) {
            older = newest;
            newest = new Held();
            newestCount = 0;
        }
    }

    /** The server has answered all commands up to this one; true when it so has heard of all. */
    boolean isHeard(long through) {
        if (through < before) {
            return false;
        }
        clear();
        return true;
    }

    void clear() {
        newest = new Held();
        older = new Held();
        newestCount = 0;
    }

    /** All of them, to be told again before the command of this number is written. */
    Ranges again(long nextNumber) {
        before = nextNumber;
        Ranges all = older.all();
        Ranges latest = newest.all();
        for (int index = 0; index < latest.size(); index++) {
            all.addRun(latest.priority(index), true, latest.first(index), latest.count(index));
        }
        return all;
    }
}
