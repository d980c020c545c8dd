package dev.sluice.server.selector;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The pattern of a LIKE, compiled to the pieces between its percent signs and matched against UTF-8 without decoding it: an underscore
 * stands for one character however many bytes it has. The first piece is anchored at the start and the last at the end, those between are
 * found from left to right, each once. Immutable.
 */
final class LikePattern {
    /** Longest piece with an underscore between two percent signs, in bytes: such a one is tried at every character anew. */
    static final int SEARCHED_BYTES_MAX = 256;

    private static final int NOT_FOUND = -1;

    private final LikePiece[] pieces;

    private LikePattern(List<LikePiece> pieces) {
        this.pieces = pieces.toArray(LikePiece[]::new);
    }

    /** Compiles a pattern; {@code escape} is a character, or -1 for none. Throws {@link IllegalArgumentException} with what is wrong. */
    static LikePattern of(String pattern, int escape) {
        var pieces = new ArrayList<LikePiece>();
        var piece = new ArrayList<Integer>();
        int[] characters = pattern.codePoints().toArray();
        for (int index = 0; index < characters.length; index++) {
            int character = characters[index];
            if (character == escape) {
                index++;
                addLiteral(piece, escaped(characters, index, escape));
            } else if (character == '%') {
                pieces.add(LikePiece.of(piece));
                piece.clear();
            } else if (character == '_') {
                piece.add(LikePiece.ONE_CHARACTER);
            } else {
                addLiteral(piece, character);
            }
        }
        pieces.add(LikePiece.of(piece));
        for (int index = 1; index < pieces.size() - 1; index++) {
            checkEffort(pieces.get(index));
        }
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
        UnsafeBuffer bytes = Bytes.utf8(Character.toString(character));
        for (int index = 0; index < bytes.capacity(); index++) {
            piece.add(bytes.getByte(index) & 0xFF);
        }
    }

    private static void checkEffort(LikePiece piece) {
        if (!piece.isLiteral() && piece.length() > SEARCHED_BYTES_MAX) {
            throw new IllegalArgumentException("the part between two % that has a _ is " + piece.length()
                    + " bytes long, the limit for such a part is " + SEARCHED_BYTES_MAX);
        }
    }

    boolean matches(Value text) {
        UnsafeBuffer buffer = text.text();
        int start = text.textOffset();
        int end = start + text.textLength();
        int last = pieces.length - 1;
        start = pieces[0].matchForward(buffer, start, end);
        if (last == 0 || start == NOT_FOUND) {
            return start == end;
        }
        end = pieces[last].matchBackward(buffer, start, end);
        if (end == NOT_FOUND) {
            return false;
        }
        for (int index = 1; index < last && start != NOT_FOUND; index++) {
            start = pieces[index].find(buffer, start, end);
        }
        return start != NOT_FOUND;
    }
}
