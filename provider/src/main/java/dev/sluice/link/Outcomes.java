package dev.sluice.link;

import dev.sluice.base.SharedLong;
import dev.sluice.wire.RefusalCode;
import java.util.Arrays;
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
        long shards = 0;
        for (long left = failed(); left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            if (code(shard) == RefusalCode.TRANSACTION_UNKNOWN) {
                shards |= 1L << shard;
            }
        }
        return shards;
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
     * Why it failed on any shard, null when it did on none. That one knows nothing of it is no failure where another does; that the transaction
     * was rolled back goes before other failures.
     */
    @Nullable LinkException failure() {
        long unknown = unknown();
        long real = failed() & ~unknown;
        if (real == 0) {
            return unknown == asked ? failure(unknown) : null;
        }
        boolean committed = (asked & ~failed()) != 0 || hasFailure(RefusalCode.TRANSACTION_COMMITTED_BY_PEOPLE);
        if (hasFailure(RefusalCode.TRANSACTION_ROLLED_BACK_BY_PEOPLE) && committed) {
            return new LinkException(
                    RefusalCode.TRANSACTION_MIXED,
                    "people have rolled back a part of the branch, and another part is committed");
        }
        return Arrays.stream(failures)
                .filter(failure -> failure != null && failure.code() == RefusalCode.TRANSACTION_ROLLED_BACK)
                .findFirst()
                .orElseGet(() -> failure(real));
    }

    private boolean hasFailure(RefusalCode code) {
        return Arrays.stream(failures).anyMatch(failure -> failure != null && failure.code() == code);
    }
}
