package dev.sluice.server.selector;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * The pattern of a LIKE, compiled to the pieces between its percent signs and matched against UTF-8 without decoding it: an underscore
 * stands for one character however many bytes it has. The first piece is anchored at the start and the last at the end, those between are
 * found from left to right, each once. Immutable.
 */
final class LikePattern {
    /** An underscore among the bytes of a piece. */
    private static final int ONE_CHARACTER = -1;

    private static final int NOT_FOUND = -1;

    private final int[][] pieces;

    private LikePattern(List<int[]> pieces) {
        this.pieces = pieces.toArray(int[][]::new);
    }

    /** Compiles a pattern; {@code escape} is a character, or -1 for none. Throws {@link IllegalArgumentException} with what is wrong. */
    static LikePattern of(String pattern, int escape) {
        var pieces = new ArrayList<int[]>();
        var piece = new ArrayList<Integer>();
        int[] characters = pattern.codePoints().toArray();
        for (int index = 0; index < characters.length; index++) {
            int character = characters[index];
            if (character == escape) {
                index++;
                addLiteral(piece, escaped(characters, index, escape));
            } else if (character == '%') {
                pieces.add(toArray(piece));
                piece.clear();
            } else if (character == '_') {
                piece.add(ONE_CHARACTER);
            } else {
                addLiteral(piece, character);
            }
        }
        pieces.add(toArray(piece));
        return new LikePattern(pieces);
    }

    private static int escaped(int[] characters, int index, int escape) {
        if (index < characters.length) {
            int character = characters[index];
            if (character == '%' || character == '_' || character == escape) {
                return character;
            }
        }
        throw new IllegalArgumentException("the escape character must be followed by %, _ or itself");
    }

    private static void addLiteral(List<Integer> piece, int character) {
        var bytes = Bytes.utf8(Character.toString(character));
        for (int index = 0; index < bytes.capacity(); index++) {
            piece.add(bytes.getByte(index) & 0xFF);
        }
    }

    private static int[] toArray(List<Integer> piece) {
        return piece.stream().mapToInt(Integer::intValue).toArray();
    }

    boolean matches(Value text) {
        DirectBuffer buffer = text.text();
        int start = text.textOffset();
        int end = start + text.textLength();
        int last = pieces.length - 1;
        start = matchForward(pieces[0], buffer, start, end);
        if (last == 0 || start == NOT_FOUND) {
            return start == end;
        }
        end = matchBackward(pieces[last], buffer, start, end);
        if (end == NOT_FOUND) {
            return false;
        }
        for (int index = 1; index < last && start != NOT_FOUND; index++) {
            start = find(pieces[index], buffer, start, end);
        }
        return start != NOT_FOUND;
    }

    /** The end of the first place where the piece matches. */
    private static int find(int[] piece, DirectBuffer buffer, int start, int end) {
        for (int position = start; position <= end; position = nextCharacter(buffer, position, end)) {
            int after = matchForward(piece, buffer, position, end);
            if (after != NOT_FOUND) {
                return after;
            }
            if (position == end) {
                break;
            }
        }
        return NOT_FOUND;
    }

    /** The end of the piece if it matches at the start. */
    private static int matchForward(int[] piece, DirectBuffer buffer, int start, int end) {
        int position = start;
        for (int element : piece) {
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
    private static int matchBackward(int[] piece, DirectBuffer buffer, int start, int end) {
        int position = end;
        for (int index = piece.length - 1; index >= 0; index--) {
            if (position <= start) {
                return NOT_FOUND;
            }
            if (piece[index] == ONE_CHARACTER) {
                position = previousCharacter(buffer, position, start);
            } else if ((buffer.getByte(--position) & 0xFF) != piece[index]) {
                return NOT_FOUND;
            }
        }
        return position;
    }

    private static int nextCharacter(DirectBuffer buffer, int position, int end) {
        int next = position + 1;
        while (next < end && isContinuation(buffer.getByte(next))) {
            next++;
        }
        return next;
    }

    private static int previousCharacter(DirectBuffer buffer, int position, int start) {
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
