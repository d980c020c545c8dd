package dev.sluice.sharding;

import dev.sluice.base.SharedLong;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What several shards answer to one question. Filled by the event loops, each its own part; read when all are there. */
final class Outcomes {
    private final long asked;
    private final long[] values = new long[Long.SIZE];
    private final @Nullable LinkException[] failures = new @Nullable LinkException[Long.SIZE];

    private Outcomes(long asked) {
        this.asked = asked;
    }

    /** What is done with them, on the thread that brought the last one. */
    @FunctionalInterface
    interface Next {
        void go(Outcomes outcomes);
    }

    /** Asks the shards whose bits are set, and goes on when all have answered. */
    static void gather(long shards, IntFunction<Reply> ask, Next next) {
        Outcomes outcomes = new Outcomes(shards);
        // One more, so that it does not end before all were asked.
        SharedLong missing = new SharedLong(Long.bitCount(shards) + 1L);
        for (long left = shards; left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            ask.apply(shard).whenDone((value, failure) -> {
                outcomes.values[shard] = value;
                outcomes.failures[shard] = failure;
                if (missing.add(-1) == 0) {
                    next.go(outcomes);
                }
            });
        }
        if (missing.add(-1) == 0) {
            next.go(outcomes);
        }
    }

    /** The shards that answered with this value. */
    long with(long value) {
        long shards = 0;
        for (long left = asked; left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            if (failures[shard] == null && values[shard] == value) {
                shards |= 1L << shard;
            }
        }
        return shards;
    }

    /** The shards that refused, or could not be asked. */
    long failed() {
        long shards = 0;
        for (long left = asked; left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            if (failures[shard] != null) {
                shards |= 1L << shard;
            }
        }
        return shards;
    }

    /** The shards that know nothing of it. */
    long unknown() {
        return coded(RefusalCode.TRANSACTION_UNKNOWN);
    }

    private @Nullable RefusalCode code(int shard) {
        LinkException failure = failures[shard];
        return failure == null ? null : failure.code();
    }

    /** The failure of the lowest of these shards, or null. */
    @Nullable LinkException failure(long shards) {
        long left = shards & failed();
        return left == 0 ? null : failures[Long.numberOfTrailingZeros(left)];
    }

    /**
     * Why it failed on any shard, null when it did on none. That one knows nothing of it is no failure where another does. What can be tried
     * again goes before what people have decided, and of that it is told when the parts ended differently.
     */
    @Nullable LinkException failure(TransactKind kind) {
        long unknown = unknown();
        if (unknown == asked) {
            return failure(unknown);
        }
        long byPeople = coded(RefusalCode.TRANSACTION_COMMITTED_BY_PEOPLE)
                | coded(RefusalCode.TRANSACTION_ROLLED_BACK_BY_PEOPLE);
        LinkException other = failure(failed() & ~unknown & ~byPeople);
        if (other != null) {
            return other;
        }
        boolean commits = kind == TransactKind.COMMIT;
        long done = asked & ~failed();
        long committed = coded(RefusalCode.TRANSACTION_COMMITTED_BY_PEOPLE) | (commits ? done : 0);
        long rolledBack = coded(RefusalCode.TRANSACTION_ROLLED_BACK_BY_PEOPLE) | (commits ? 0 : done);
        if (byPeople != 0 && committed != 0 && rolledBack != 0) {
            return new LinkException(
                    RefusalCode.TRANSACTION_MIXED,
                    "people have ended a part of the branch, and not as other parts were ended");
        }
        return failure(byPeople);
    }

    private long coded(RefusalCode code) {
        long shards = 0;
        for (long left = failed(); left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            if (code(shard) == code) {
                shards |= 1L << shard;
            }
        }
        return shards;
    }
}
