package dev.sluice.server.selector;

import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A part of a LIKE pattern without percent signs: bytes, and underscores that each take one character of UTF-8. Immutable. In text that is
 * no UTF-8 a character is a byte with the continuation bytes after it, so that both directions agree and always get on.
 */
final class LikePiece {
    /** An underscore among the bytes. */
    static final int ONE_CHARACTER = -1;

    private static final int NOT_FOUND = -1;

    private final int[] elements;
    private final boolean literal;
    /** How much of the piece's beginning is the end of each of its beginnings (Knuth, Morris and Pratt), which makes the search linear. */
    private final int[] borders;

    private LikePiece(int[] elements, boolean literal) {
        this.elements = elements;
        this.literal = literal;
        this.borders = literal ? borders(elements) : new int[0];
    }

    static LikePiece of(List<Integer> elements) {
        return new LikePiece(
                elements.stream().mapToInt(Integer::intValue).toArray(), !elements.contains(ONE_CHARACTER));
    }

    private static int[] borders(int[] elements) {
        int[] borders = new int[elements.length];
        int border = 0;
        for (int index = 1; index < elements.length; index++) {
            while (border > 0 && elements[border] != elements[index]) {
                border = borders[border - 1];
            }
            if (elements[border] == elements[index]) {
                border++;
            }
            borders[index] = border;
        }
        return borders;
    }

    boolean isLiteral() {
        return literal;
    }

    int length() {
        return elements.length;
    }

    /** The end of the first place where the piece matches. */
    int find(UnsafeBuffer buffer, int start, int end) {
        if (elements.length > end - start) {
            return NOT_FOUND;
        }
        return literal ? findLiteral(buffer, start, end) : findAnew(buffer, start, end);
    }

    private int findLiteral(UnsafeBuffer buffer, int start, int end) {
        int matched = 0;
        for (int position = start; matched < elements.length; position++) {
            if (position == end) {
                return NOT_FOUND;
            }
            int element = buffer.getByte(position) & 0xFF;
            while (matched > 0 && elements[matched] != element) {
                matched = borders[matched - 1];
            }
            if (elements[matched] == element) {
                matched++;
            }
            if (matched == elements.length) {
                return position + 1;
            }
        }
        return start;
    }

    private int findAnew(UnsafeBuffer buffer, int start, int end) {
        for (int position = start; position < end; position = nextCharacter(buffer, position, end)) {
            int after = matchForward(buffer, position, end);
            if (after != NOT_FOUND) {
                return after;
            }
        }
        return NOT_FOUND;
    }

    /** The end of the piece if it matches at the start. */
    int matchForward(UnsafeBuffer buffer, int start, int end) {
        int position = start;
        for (int element : elements) {
            if (position >= end) {
                return NOT_FOUND;
            }
            if (element == ONE_CHARACTER) {
                position = nextCharacter(buffer, position, end);
            } else if ((buffer.getByte(position++) & 0xFF) != element) {
                return NOT_FOUND;
            }
        }
        return position;
    }

    /** The start of the piece if it matches so as to end at the end. */
    int matchBackward(UnsafeBuffer buffer, int start, int end) {
        int position = end;
        for (int index = elements.length - 1; index >= 0; index--) {
            if (position <= start) {
                return NOT_FOUND;
            }
            if (elements[index] == ONE_CHARACTER) {
                position = previousCharacter(buffer, position, start);
            } else if ((buffer.getByte(--position) & 0xFF) != elements[index]) {
                return NOT_FOUND;
            }
        }
        return position;
    }

    private static int nextCharacter(UnsafeBuffer buffer, int position, int end) {
        int next = position + 1;
        while (next < end && isContinuation(buffer.getByte(next))) {
            next++;
        }
        return next;
    }

    private static int previousCharacter(UnsafeBuffer buffer, int position, int start) {
        int previous = position - 1;
        while (previous > start && isContinuation(buffer.getByte(previous))) {
            previous--;
        }
        return previous;
    }

    private static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }
}
