package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import dev.sluice.base.Monitor;
import dev.sluice.base.SharedRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after who leads the shards of this member, on a thread of its own: has the work spread, does what others ask for, gives all
 * away at the end. One transfer at a time. Started once, closed once.
 */
final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private static final Duration ROUND = Duration.ofSeconds(1);

    /** A drained member that cannot give away what it was elected for tries again. */
    private static final int ROUNDS_PER_DRAIN = 5;

    /** As long as a shard takes nothing at most, when another member is to lead it. */
    private static final Duration GIVING_MAX = Duration.ofSeconds(2);

    /** Who does not answer in that time is too busy to lead more. */
    private static final long ANSWER_MILLIS_MAX = 500;

    /** Two transfers, one after the other. */
    private static final long ANSWERING_MILLIS = 5_000;

    // What may be asked. An answer to something that is to be done is empty when it was, or says why not.

    /** {@code transfer SHARD MEMBER}: to the leader of the shard, or of the catalog ({@link RaftOptions#CATALOG}). */
    static final String TRANSFER = "transfer";

    /** Which shards the member leads: a line for each, with its number, what it handles a second, and who else could lead it. */
    static final String VIEW = "view";

    /** Whether the member may be given anything to lead; {@link #NO} when not. */
    static final String WILLING = "willing";

    static final String NO = "no";

    /** The member is to lead nothing. */
    static final String DRAIN = "drain";

    /** It is drained, and still leads something that no other member can take at this moment. */
    static final String LATER = "later";

    /** It may lead again. */
    static final String UNDRAIN = "undrain";

    private final Ground ground;
    private final Supplier<List<MemberAddress>> others;
    private final Transfers transfers;
    private final Work work;
    private final Calm calm = new Calm();
    private final Reconnections reconnections = new Reconnections();
    private final Stalls stalls = new Stalls();
    private final Monitor monitor = new Monitor();
    private final Thread thread = new Thread(this::run, "sluice-leadership");
    private final SharedRef<Boolean> drained = new SharedRef<>();
    private int rounds;
    // Inside the monitor.
    private final Queue<Question> questions = new ArrayDeque<>();
    private boolean closed;

    /**
     * What it looks after.
     *
     * @param posts of the shards, by number
     * @param catalog led by any member, until it is asked for
     * @param drained a file that is there while it is to lead nothing
     * @param balance whether leadership is spread by itself
     */
    record Ground(List<Transfers.Post> posts, Group catalog, Leaders leaders, Path drained, boolean balance) {}

    private record Question(String text, CompletableFuture<String> answer) {}

    private Leadership(Ground ground, Supplier<List<MemberAddress>> others) {
        this.ground = ground;
        this.others = others;
        transfers = new Transfers(ground.posts, Clock.SYSTEM);
        work = new Work(ground.posts.size());
        drained.set(Files.exists(ground.drained));
    }

    /** {@code others}: the other members, as they are now. */
    static Leadership start(Ground ground, Supplier<List<MemberAddress>> others) {
        Leadership leadership = new Leadership(ground, others);
        leadership.thread.setDaemon(true);
        leadership.thread.start();
        return leadership;
    }

    // ---- any thread ----

    /** Answers what another process asks; waits while that is done. */
    String answer(String text) throws IOException {
        if (text.equals(WILLING)) {
            // At once: who asks and who is asked may both be about to give something away.
            return isDrained() ? NO : "";
        }
        Question question = new Question(text, new CompletableFuture<>());
        monitor.enter();
        try {
            if (closed) {
                throw new IOException("this member stops");
            }
            questions.add(question);
            monitor.changed();
        } finally {
            monitor.leave();
        }
        try {
            return question.answer.get(ANSWERING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException fault) {
            throw new IOException("this member was too busy, or stops", fault);
        }
    }

    private boolean isDrained() {
        return Boolean.TRUE.equals(drained.value());
    }

    /** Gives away all that this member leads, before it stops; it waits for as long as that may take and no longer. Closed after that. */
    void handOver() {
        close();
        try {
            giveAll();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        monitor.enter();
        try {
            closed = true;
            questions.forEach(question -> question.answer.cancel(false));
            questions.clear();
            monitor.changed();
        } finally {
            monitor.leave();
        }
        thread.interrupt();
        try {
            thread.join(GIVING_MAX.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveAll() throws InterruptedException {
        if (ground.posts.stream().anyMatch(post -> post.group().leads())) {
            List<Transfers.Outcome> outcomes = transfers.giveAll(ground.leaders, unwilling(), GIVING_MAX);
            LOG.info(
                    "given={} kept={}",
                    outcomes.stream().filter(Transfers.Outcome::isGiven).count(),
                    outcomes.stream().filter(outcome -> !outcome.isGiven()).count());
        }
    }

    private Set<String> unwilling() {
        Set<String> unwilling = new HashSet<>();
        for (MemberAddress member : others.get()) {
            if (!isWilling(member)) {
                unwilling.add(member.name());
            }
        }
        return unwilling;
    }

    private static boolean isWilling(MemberAddress member) {
        try (MemberClient client = MemberClient.of(member.raft(), ANSWER_MILLIS_MAX)) {
            return !client.leadership(WILLING).equals(NO);
        } catch (IOException away) {
            return false;
        }
    }

    // ---- its thread ----

    private void run() {
        long nextNanos = Clock.SYSTEM.nanoTime();
        while (true) {
            try {
                Question question = next(nextNanos);
                if (question != null) {
                    question.answer.complete(done(question.text));
                }
                if (Clock.SYSTEM.nanoTime() - nextNanos >= 0) {
                    nextNanos = Clock.SYSTEM.nanoTime() + ROUND.toNanos();
                    round();
                }
            } catch (InterruptedException end) {
                return;
            } catch (RuntimeException fault) {
                LOG.error("who leads is not looked after in this round", fault);
            }
        }
    }

    private @Nullable Question next(long untilNanos) throws InterruptedException {
        monitor.enter();
        try {
            long left = untilNanos - Clock.SYSTEM.nanoTime();
            while (questions.isEmpty() && !closed && left > 0) {
                left = monitor.await(left);
            }
            if (closed) {
                throw new InterruptedException();
            }
            return questions.poll();
        } finally {
            monitor.leave();
        }
    }

    private void round() throws InterruptedException {
        long now = Clock.SYSTEM.nanoTime();
        rounds++;
        work.sample(
                ground.posts.stream().mapToLong(post -> post.log().handled()).toArray(), now);
        transfers.mend();
        List<Group> groups = ground.posts.stream().map(Transfers.Post::group).toList();
        reconnections.round(groups, now);
        stalls.round(groups, now);
        if (isDrained()) {
            if (rounds % ROUNDS_PER_DRAIN == 0) {
                giveAll();
            }
        } else if (ground.balance) {
            balance(now);
        }
    }

    private void balance(long nowNanos) throws InterruptedException {
        List<Balance.Shard> shards = view();
        List<String> leaders =
                shards.stream().map(shard -> String.valueOf(shard.leader())).toList();
        Balance.Move best = Balance.next(shards);
        // What others are to give is theirs: they know who can take it.
        boolean own = best != null && ground.posts.get(best.shard()).group().leads();
        Balance.Move move = calm.next(leaders, own ? best : null, isComplete(), nowNanos);
        if (move == null) {
            return;
        }
        Transfers.Outcome outcome = giveWilling(move.shard(), move.to());
        if (!outcome.isGiven()) {
            calm.failed(nowNanos);
        }
    }

    /** Whether all members are there and have all, as far as this one leads and knows. */
    private boolean isComplete() {
        return ground.posts.stream()
                .flatMap(post -> post.group().followers().stream())
                .allMatch(follower -> follower.isReachable() && follower.isCaughtUp());
    }

    /** What is known here; of shards that others lead, not who could. */
    private List<Balance.Shard> view() {
        List<Balance.Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < ground.posts.size(); shard++) {
            String leader = ground.leaders.of(shard);
            shards.add(new Balance.Shard(
                    shard,
                    leader == null ? null : MemberAddress.nameOf(leader),
                    work.of(shard),
                    heirs(ground.posts.get(shard).group())));
        }
        return shards;
    }

    /** Who may lead it besides this member; null when it does not lead it, and so cannot know. */
    private static @Nullable List<String> heirs(Group group) {
        return !group.leads()
                ? null
                : group.followers().stream()
                        .filter(follower -> follower.isReachable() && follower.isCaughtUp())
                        .map(Group.Follower::member)
                        .toList();
    }

    private Transfers.Outcome giveWilling(int shard, String to) throws InterruptedException {
        for (MemberAddress member : others.get()) {
            if (member.name().equals(to) && !isWilling(member)) {
                return new Transfers.Outcome(shard, to, "it is drained, or does not answer");
            }
        }
        return transfers.give(shard, to, GIVING_MAX);
    }

    private String done(String text) throws InterruptedException {
        List<String> words = List.of(text.split(" ", -1));
        return switch (words.get(0)) {
            case TRANSFER -> transfer(Integer.parseInt(words.get(1)), words.get(2));
            case VIEW -> String.join("\n", ledHere());
            case DRAIN -> drain(true);
            case UNDRAIN -> drain(false);
            default -> "this member does not know what to do with '" + text + "'";
        };
    }

    private String transfer(int shard, String to) throws InterruptedException {
        Group group = shard == RaftOptions.CATALOG
                ? ground.catalog
                : ground.posts.get(shard).group();
        if (!group.leads()) {
            return "this member does not lead " + RaftOptions.nameOf(shard) + " any more";
        }
        for (Group.Follower follower : group.followers()) {
            if (follower.member().equals(to)) {
                String fault = whyNot(follower);
                if (!fault.isEmpty()) {
                    return fault;
                }
                return shard == RaftOptions.CATALOG
                        ? giveCatalog(to)
                        : giveWilling(shard, to).fault();
            }
        }
        return "it is no member";
    }

    /** Also to one that is drained: that leads no shard for it. What is put into the catalog meanwhile is refused. */
    private String giveCatalog(String to) throws InterruptedException {
        try {
            return ground.catalog.give(to, GIVING_MAX).get(ANSWERING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unknown) {
            return "no answer: " + unknown;
        }
    }

    private static String whyNot(Group.Follower follower) {
        if (!follower.isReachable()) {
            return "it has not answered for " + follower.silentMillis() + " ms";
        }
        return follower.isCaughtUp() ? "" : "it has not caught up: it misses " + follower.missing() + " entries";
    }

    private List<String> ledHere() {
        return view().stream()
                .filter(shard -> ground.posts.get(shard.number()).group().leads())
                .map(shard -> shard.number() + " " + shard.work() + " " + String.join(",", shard.knownHeirs()))
                .toList();
    }

    private String drain(boolean now) throws InterruptedException {
        try {
            if (now && Files.notExists(ground.drained)) {
                Files.createFile(ground.drained);
            } else if (!now) {
                Files.deleteIfExists(ground.drained);
            }
        } catch (IOException fault) {
            return "that cannot be kept: " + fault.getMessage();
        }
        drained.set(now);
        LOG.info("drained={}", now);
        if (now) {
            giveAll();
        }
        boolean leads = ground.posts.stream().anyMatch(post -> post.group().leads());
        return now && leads ? LATER : "";
    }
}
