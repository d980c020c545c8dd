package dev.sluice.server.core;

import dev.sluice.wire.Wire;
import java.nio.charset.StandardCharsets;

/**
 * The name of a branch of a global transaction (X/Open XA, the XID). The bytes of its two parts are kept as text, a character (0 to 255)
 * for each byte, so that names compare and hash by their value.
 */
public record Xid(int formatId, String globalTransactionId, String branchQualifier) {
    /** The format of transactions over several shards that no one but a client's session coordinates: see {@link Decisions}. */
    static final int SESSION_FORMAT = Wire.SESSION_XID_FORMAT;

    /** From its parts as they travel. */
    public static Xid of(int formatId, byte[] globalTransactionId, byte[] branchQualifier) {
        return new Xid(
                formatId,
                new String(globalTransactionId, StandardCharsets.ISO_8859_1),
                new String(branchQualifier, StandardCharsets.ISO_8859_1));
    }

    /** The bytes of a part. */
    public static byte[] bytes(String part) {
        return part.getBytes(StandardCharsets.ISO_8859_1);
    }
}
