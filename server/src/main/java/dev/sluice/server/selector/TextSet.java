package dev.sluice.server.selector;

import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** The strings of an IN list, sorted so that a value is found among thousands in a few steps. Immutable. */
final class TextSet {
    private final UnsafeBuffer[] sorted;

    TextSet(List<String> texts) {
        sorted = texts.stream()
                .map(Bytes::utf8)
                .sorted((left, right) -> Bytes.compare(left, 0, left.capacity(), right))
                .toArray(UnsafeBuffer[]::new);
    }

    boolean contains(Value text) {
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Bytes.compare(text.text(), text.textOffset(), text.textLength(), sorted[middle]);
            if (order == 0) {
                return true;
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }
}
