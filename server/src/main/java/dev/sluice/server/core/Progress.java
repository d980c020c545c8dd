package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has done of one lane: everything below the floor, and above it what its bitmap blocks say. Exact for
 * acknowledgements in any order; one message that stays holds back nothing but the floor.
 */
public final class Progress {
    /** Messages in a block: a row of 128 bytes in the store. */
    static final int BLOCK_MESSAGES = 1024;

    private static final int BLOCK_SHIFT = 10;
    private static final int BLOCK_WORDS = BLOCK_MESSAGES / Long.SIZE;

    private final int code;
    private final Long2ObjectHashMap<long[]> blocks = new Long2ObjectHashMap<>(8, 0.6f);
    private @Nullable LongHashSet changedBlocks;
    private long floor;
    private long doneAbove;
    private long mark;
    private boolean dirty;

    Progress(int code, long floor) {
        this.code = code;
        this.floor = floor;
        this.mark = floor;
    }

    /** The lane's code. */
    int code() {
        return code;
    }

    /** All below is done. */
    public long floor() {
        return floor;
    }

    /** All below may have been delivered before a restart; at least the floor. */
    public long mark() {
        return Math.max(mark, floor);
    }

    void mark(long newMark) {
        mark = Math.max(mark, newMark);
    }

    /** How many of the sequences below {@code next} are not done. */
    public long pending(long next) {
        return next - floor - doneAbove;
    }

    /** Whether the message is done. */
    public boolean isDone(long sequence) {
        if (sequence < floor) {
            return true;
        }
        if (doneAbove == 0) {
            return false;
        }
        long[] block = blocks.get(sequence >>> BLOCK_SHIFT);
        return block != null && (block[word(sequence)] & bit(sequence)) != 0;
    }

    /** The first sequence from {@code from} on that is not done; {@code until} when there is none before it. */
    public long nextPending(long from, long until) {
        long sequence = Math.max(from, floor);
        if (doneAbove == 0) {
            return Math.min(sequence, until);
        }
        while (sequence < until) {
            long[] block = blocks.get(sequence >>> BLOCK_SHIFT);
            if (block == null) {
                return sequence;
            }
            long open = ~block[word(sequence)] & (-1L << (sequence & (Long.SIZE - 1)));
            if (open != 0) {
                return Math.min(until, (sequence & -Long.SIZE) + Long.numberOfTrailingZeros(open));
            }
            sequence = (sequence & -Long.SIZE) + Long.SIZE;
        }
        return until;
    }

    /** Marks a message done; false when it was. */
    @CanIgnoreReturnValue
    boolean done(long sequence) {
        if (isDone(sequence)) {
            return false;
        }
        if (sequence == floor && doneAbove == 0) {
            floor++;
            return true;
        }
        long number = sequence >>> BLOCK_SHIFT;
        long[] block = blocks.get(number);
        if (block == null) {
            block = new long[BLOCK_WORDS];
            blocks.put(number, block);
        }
        block[word(sequence)] |= bit(sequence);
        doneAbove++;
        changed(number);
        if (sequence == floor) {
            raiseFloor();
        }
        return true;
    }

    /** Everything below {@code sequence} is done. */
    void doneBelow(long sequence) {
        if (sequence <= floor) {
            return;
        }
        for (long number = floor >>> BLOCK_SHIFT; doneAbove > 0 && number <= (sequence - 1) >>> BLOCK_SHIFT; number++) {
            long[] block = blocks.get(number);
            if (block == null) {
                continue;
            }
            long below = Math.min(sequence, (number + 1) << BLOCK_SHIFT);
            for (long at = Math.max(floor, number << BLOCK_SHIFT); at < below; at++) {
                if ((block[word(at)] & bit(at)) != 0) {
                    doneAbove--;
                }
            }
        }
        long from = floor >>> BLOCK_SHIFT;
        floor = sequence;
        dropBlocks(from);
        raiseFloor();
    }

    private void raiseFloor() {
        long from = floor >>> BLOCK_SHIFT;
        while (doneAbove > 0) {
            long[] block = blocks.get(floor >>> BLOCK_SHIFT);
            if (block == null || (block[word(floor)] & bit(floor)) == 0) {
                break;
            }
            floor++;
            doneAbove--;
        }
        dropBlocks(from);
        if (doneAbove == 0 && !blocks.isEmpty()) {
            // What is left tells only of messages below the floor.
            forEachBlock((number, words) -> changed(number));
            blocks.clear();
        }
    }

    private void dropBlocks(long from) {
        long to = floor >>> BLOCK_SHIFT;
        for (long number = from; number < to && !blocks.isEmpty(); number++) {
            if (blocks.remove(number) != null) {
                changed(number);
            }
        }
    }

    private void changed(long number) {
        LongHashSet changed = changedBlocks;
        if (changed == null) {
            changed = new LongHashSet();
            changedBlocks = changed;
        }
        changed.add(number);
    }

    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    /** Shows the blocks that changed since the last call: null for one that is gone. */
    void drainChanges(BlockVisitor visitor) {
        dirty = false;
        LongHashSet changed = changedBlocks;
        if (changed != null) {
            long[] numbers = new long[changed.size()];
            LongHashSet.LongIterator iterator = changed.iterator();
            for (int index = 0; index < numbers.length; index++) {
                numbers[index] = iterator.nextValue();
            }
            Arrays.sort(numbers);
            for (long number : numbers) {
                visitor.block(number, blocks.get(number));
            }
            changedBlocks = null;
        }
    }

    /** Shows every block there is. */
    void forEachBlock(BlockVisitor visitor) {
        long[] numbers =
                blocks.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        for (long number : numbers) {
            visitor.block(number, blocks.get(number));
        }
    }

    /** Takes a block from the store. */
    void restore(long number, long[] block) {
        blocks.put(number, block);
        long first = number << BLOCK_SHIFT;
        for (long sequence = Math.max(first, floor); sequence < first + BLOCK_MESSAGES; sequence++) {
            if ((block[word(sequence)] & bit(sequence)) != 0) {
                doneAbove++;
            }
        }
    }

    /** Sees a block; null means that it is gone. */
    @FunctionalInterface
    interface BlockVisitor {
        void block(long number, long @Nullable [] words);
    }

    private static int word(long sequence) {
        return (int) (sequence >>> 6) & (BLOCK_WORDS - 1);
    }

    private static long bit(long sequence) {
        return 1L << (sequence & (Long.SIZE - 1));
    }
}
