package dev.sluice.chaos;

import java.util.Arrays;

/** Many numbers, in little memory. */
final class LongList {
    private static final int FIRST_SIZE = 1 << 16;

    private long[] values = new long[FIRST_SIZE];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size] = value;
        size++;
    }

    void sort() {
        Arrays.sort(values, 0, size);
    }

    int size() {
        return size;
    }

    long at(int index) {
        return values[index];
    }

    /** Where the first one is that is larger, once they are sorted. */
    int firstAfter(long value) {
        int found = Arrays.binarySearch(values, 0, size, value + 1);
        int index = found < 0 ? -found - 1 : found;
        while (index > 0 && values[index - 1] > value) {
            index--;
        }
        return index;
    }
}
