package dev.sluice.chaos;

import dev.sluice.chaos.Workload.Kind;
import dev.sluice.chaos.Workload.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a worker, as its journal has it. */
final class Life {
    /** What AUTO_ACKNOWLEDGE may have handed over without that the acknowledgement is confirmed. */
    private static final int UNCONFIRMED_MOST = 2;

    final String maker;
    final Part part;
    final List<Sent> sent = new ArrayList<>();
    final List<Sent> rolledBack = new ArrayList<>();
    final List<Got> got = new ArrayList<>();
    /** What was about to be sent or committed, and of which nothing more is known. */
    @Nullable Sent open;

    /** Whether it came to its end in order. */
    boolean ended;

    private int acknowledged;

    Life(String maker, Part part) {
        this.maker = maker;
        this.part = part;
    }

    /** Messages of these numbers, sent together. */
    record Sent(int first, int last, long begun, long ended) {
        Sent(int first, int last) {
            this(first, last, 0, 0);
        }
    }

    /** A message that came. */
    static final class Got {
        final Life life;
        final Stamp stamp;
        final boolean redelivered;
        final long time;
        /** Whether it was acknowledged for sure; otherwise it may come again. */
        boolean certain;

        Got(Life life, Stamp stamp, boolean redelivered, long time) {
            this.life = life;
            this.stamp = stamp;
            this.redelivered = redelivered;
            this.time = time;
        }
    }

    void acknowledged() {
        while (acknowledged < got.size()) {
            got.get(acknowledged).certain = true;
            acknowledged++;
        }
    }

    /** The journal has no more of it. {@code incidents}: of the run; {@code client}: where it was. */
    void close(List<Incident> incidents, String client) {
        if (part.kind() != Kind.TAKE) {
            return;
        }
        int sure = ended ? got.size() : Math.max(0, got.size() - UNCONFIRMED_MOST);
        for (int index = 0; index < sure; index++) {
            got.get(index).certain = true;
        }
        // Nobody is told when acknowledgements came too late: what was handed over last before its client was given up
        // may come again.
        for (int index = 0; index < got.size(); index++) {
            long next = got.get(Math.min(got.size() - 1, index + UNCONFIRMED_MOST)).time;
            boolean last = index + UNCONFIRMED_MOST >= got.size();
            for (Incident incident : incidents) {
                boolean during = incident.excuses(client, got.get(index).time);
                boolean justBefore = got.get(index).time < incident.begun()
                        && (last || next >= incident.begun())
                        && incident.excuses(client, incident.begun());
                if (during || justBefore) {
                    got.get(index).certain = false;
                }
            }
        }
    }
}
