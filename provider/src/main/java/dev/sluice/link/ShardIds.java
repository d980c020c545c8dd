package dev.sluice.link;

import dev.sluice.base.Invariant;
import dev.sluice.wire.Wire;

/**
 * The ids of addresses, consumers and browsers as the user of a {@link Link} sees them: in the upper 16 bits the shard, below them a number
 * that is unique on it. So an id says where it belongs, and on a server with one shard it is that number. Stateless.
 */
public final class ShardIds {
    private static final int LOCAL_BITS = 48;
    private static final long LOCAL_MAX = (1L << LOCAL_BITS) - 1;

    private ShardIds() {}

    /** The id of what has the number {@code local} on a shard. */
    public static long of(int shard, long local) {
        Invariant.check(local >= 0 && local <= LOCAL_MAX, "a number beyond 48 bits");
        return (long) shard << LOCAL_BITS | local;
    }

    /** The shard of an id. */
    public static int shardOf(long id) {
        return (int) (id >>> LOCAL_BITS);
    }

    /** The number of an id on its shard. */
    public static long localOf(long id) {
        return id & LOCAL_MAX;
    }

    /** An id of the number {@code local} on the shard that {@code id} belongs to. */
    public static long beside(long id, long local) {
        return of(shardOf(id), local);
    }

    /** The id of an address that there never is: a question about a consumer, on its shard. */
    public static long questionAbout(long consumerId) {
        return beside(consumerId, Wire.questionAbout(consumerId));
    }
}
