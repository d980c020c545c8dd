package dev.sluice.server.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Follows numbered lines and notes the first that is not the next one; two proofs are equal when every character was. One thread. */
final class Proof {
    private static final int SHORT_DIGITS = 16;

    private final MessageDigest digest = sha256();
    private long count;
    private @Nullable String fault;

    /** One more line. */
    void line(long number, String text) {
        if (number != count && fault == null) {
            fault = number < count
                    ? "line " + number + " came again"
                    : "line " + count + " is missing before line " + number;
        }
        digest.update(text.getBytes(StandardCharsets.ISO_8859_1));
        digest.update((byte) '\n');
        count++;
    }

    /** What there is to say at the end. */
    Result result() {
        return new Result(count, HexFormat.of().formatHex(digest.digest()), fault);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * What was seen.
     *
     * @param sha256 of all lines in the order they came
     * @param fault the first that was not in order, or null
     */
    record Result(long lines, String sha256, @Nullable String fault) {
        /** What is wrong with it, compared with what was sent, or null. */
        @Nullable String differenceFrom(Result sent) {
            if (fault != null) {
                return fault;
            }
            if (lines != sent.lines) {
                return lines + " lines came, " + sent.lines + " were sent";
            }
            return sha256.equals(sent.sha256) ? null : "the text differs";
        }

        String shortDigest() {
            return sha256.substring(0, SHORT_DIGITS);
        }
    }
}
