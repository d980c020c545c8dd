package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import dev.sluice.base.Monitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the leadership of shards to other members. A shard proposes nothing meanwhile, so that Ratis refuses nothing: when it cannot be
 * given away after all, the shard goes on as if nothing had been. Any thread; a shard is in one transfer at a time.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    /** An election that is asked for takes a tenth of a second or three; the one who is asked may be busy. */
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(1);

    /** In less time none comes to an end. */
    private static final Duration ATTEMPT_MIN = Duration.ofMillis(200);

    /** Longer than Ratis takes to say that the time is over. */
    private static final long ANSWER_MILLIS = 200;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<Post> posts;
    private final Clock clock;

    /** Of each shard whether its group was led by nobody when it was looked at last. */
    private final boolean[] unserved;

    /** A shard: its log, and its group. */
    record Post(RaftLog log, Group group) {}

    /**
     * How it went.
     *
     * @param to who leads now; empty when none was found
     * @param fault why it was not given away; empty when it was
     */
    record Outcome(int shard, String to, String fault) {
        boolean isGiven() {
            return fault.isEmpty();
        }
    }

    Transfers(List<Post> posts, Clock clock) {
        this.posts = List.copyOf(posts);
        this.clock = clock;
        this.unserved = new boolean[posts.size()];
    }

    /** Gives a shard that this member leads to another one. */
    Outcome give(int shard, String to, Duration within) throws InterruptedException {
        return give(List.of(new Attempt(shard, List.of(to))), within).get(0);
    }

    /**
     * Gives away each shard that this member leads: to members that have all, the most up to date first and each with as few as may be.
     *
     * @param leaders who leads which shard
     * @param but who is given nothing
     */
    List<Outcome> giveAll(Leaders leaders, Set<String> but, Duration within) throws InterruptedException {
        List<Attempt> attempts = new ArrayList<>();
        List<String> heirs = new ArrayList<>();
        for (int shard = 0; shard < posts.size(); shard++) {
            if (!posts.get(shard).group.leads()) {
                String leader = leaders.of(shard);
                heirs.add(leader == null ? "" : MemberAddress.nameOf(leader));
            }
        }
        for (int shard = 0; shard < posts.size(); shard++) {
            if (posts.get(shard).group.leads()) {
                List<String> able = able(shard, but, heirs);
                attempts.add(new Attempt(shard, able));
                heirs.add(able.isEmpty() ? "" : able.get(0));
            }
        }
        return give(attempts, within);
    }

    private List<String> able(int shard, Set<String> but, List<String> heirs) {
        return posts.get(shard).group.followers().stream()
                .filter(follower -> follower.isReachable() && follower.isCaughtUp())
                .filter(follower -> !but.contains(follower.member()))
                .sorted(Comparator.<Group.Follower>comparingLong(follower ->
                                heirs.stream().filter(follower.member()::equals).count())
                        .thenComparingLong(Group.Follower::missing)
                        .thenComparing(Group.Follower::member))
                .map(Group.Follower::member)
                .toList();
    }

    private List<Outcome> give(List<Attempt> attempts, Duration within) throws InterruptedException {
        long endNanos = clock.nanoTime() + within.toNanos();
        try {
            attempts.forEach(Attempt::pause);
            for (Attempt attempt : attempts) {
                attempt.awaitQuiet(endNanos);
            }
            attempts.forEach(attempt -> attempt.begin(endNanos));
            for (Attempt attempt : attempts) {
                attempt.awaitEnd(endNanos);
            }
        } finally {
            attempts.forEach(Attempt::resume);
        }
        List<Outcome> outcomes = attempts.stream().map(Attempt::outcome).toList();
        outcomes.forEach(Transfers::say);
        return outcomes;
    }

    private static void say(Outcome outcome) {
        if (outcome.isGiven()) {
            LOG.info("shard={} given to={}", outcome.shard, outcome.to);
        } else {
            LOG.warn(
                    "shard={} cannot be given to={}: {}",
                    outcome.shard,
                    outcome.to.isEmpty() ? "anyone" : outcome.to,
                    outcome.fault);
        }
    }

    /**
     * A shard whose group this member leads, and which itself has ended its leadership (what it proposed was refused, whatever the reason),
     * has no one to serve it: its leadership in Ratis is ended, too. To be called about once a second; it acts at the second time.
     */
    void mend() {
        for (int shard = 0; shard < posts.size(); shard++) {
            Post post = posts.get(shard);
            boolean now = post.group.leads() && post.log.hasLost(post.group.term());
            if (now && unserved[shard]) {
                LOG.warn("shard={} is led by this member, which refused what it proposed: another election", shard);
                post.group.stepDown();
            }
            unserved[shard] = now && !unserved[shard];
        }
    }

    /** Before it is looked again whether something has changed elsewhere. */
    static void pauseALittle() throws InterruptedException {
        Monitor nobody = new Monitor();
        nobody.enter();
        try {
            for (long left = LOOK_NANOS; left > 0; ) {
                left = nobody.await(left);
            }
        } finally {
            nobody.leave();
        }
    }

    private long millisTo(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - clock.nanoTime()));
    }

    /** One shard on its way. Owned by the thread that gives it away. */
    private final class Attempt {
        private final int shard;
        private final Post post;
        private final List<String> heirs;
        private int tried;
        private String fault = "";
        private @Nullable CompletableFuture<Boolean> quiet;
        private @Nullable CompletableFuture<String> giving;

        /** To the first of {@code heirs} that takes it. */
        Attempt(int shard, List<String> heirs) {
            this.shard = shard;
            this.post = posts.get(shard);
            this.heirs = heirs;
            if (heirs.isEmpty()) {
                fault = "no other member is reachable and has all";
            } else if (!post.group.leads()) {
                fault = "this member does not lead it";
            }
        }

        private String heir() {
            return heirs.isEmpty() ? "" : heirs.get(Math.min(tried, heirs.size() - 1));
        }

        void pause() {
            if (fault.isEmpty()) {
                quiet = post.log.pause();
                fault = quiet == null ? "it is on its way already" : "";
            }
        }

        void awaitQuiet(long endNanos) throws InterruptedException {
            CompletableFuture<Boolean> asked = quiet;
            if (asked == null) {
                return;
            }
            try {
                long most = Math.min(ATTEMPT_MAX.toMillis(), millisTo(endNanos));
                fault = asked.get(most, TimeUnit.MILLISECONDS) ? "" : "this member does not lead it";
            } catch (TimeoutException busy) {
                fault = "what it was told last is not on most members yet: too much is to be done, or most are away";
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
        }

        void begin(long endNanos) {
            if (fault.isEmpty()) {
                long most = Math.min(ATTEMPT_MAX.toMillis(), millisTo(endNanos));
                giving = post.group.give(heir(), Duration.ofMillis(Math.max(1, most)));
            }
        }

        void awaitEnd(long endNanos) throws InterruptedException {
            while (giving != null) {
                fault = await(giving);
                giving = null;
                if (!fault.isEmpty() && !post.group.leads()) {
                    fault = elected(endNanos);
                }
                boolean again = !fault.isEmpty()
                        && tried + 1 < heirs.size()
                        && post.group.leads()
                        && millisTo(endNanos) >= ATTEMPT_MIN.toMillis();
                if (again) {
                    say(outcome());
                    tried++;
                    fault = "";
                    begin(endNanos);
                }
            }
        }

        /** It is gone, and not yet to the one it was to go to. */
        private String elected(long endNanos) throws InterruptedException {
            String leader = post.group.leader();
            while (leader.isEmpty() && millisTo(endNanos) > 0) {
                pauseALittle();
                leader = post.group.leader();
            }
            if (leader.equals(heir())) {
                return "";
            }
            return leader.isEmpty() ? "it could not be elected, and nobody is yet" : leader + " was elected instead";
        }

        private static String await(CompletableFuture<String> giving) throws InterruptedException {
            try {
                return giving.get(ATTEMPT_MAX.toMillis() + ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException unknown) {
                return "no answer: " + unknown;
            }
        }

        void resume() {
            if (quiet != null) {
                post.log.resume();
            }
        }

        Outcome outcome() {
            return new Outcome(shard, heir(), fault);
        }
    }
}
