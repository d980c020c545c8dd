package dev.sluice.server.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** What people can read in the name of a branch. Stateless. */
final class XidText {
    /** Of the transaction manager Narayana: a unique number of 28 bytes, then the name of its node. */
    private static final int NARAYANA_FORMAT = 131_077;

    private static final int NARAYANA_UID_BYTES = 28;

    private XidText() {}

    /** The name of the transaction manager's node, where the name of the branch has one; or null. */
    static @Nullable String node(Xid xid) {
        byte[] global = xid.getGlobalTransactionId();
        if (xid.getFormatId() != NARAYANA_FORMAT || global.length <= NARAYANA_UID_BYTES) {
            return null;
        }
        return printable(Arrays.copyOfRange(global, NARAYANA_UID_BYTES, global.length));
    }

    /** A part as it can be typed and compared: text where it is plain text, else hexadecimal digits. */
    static String part(byte[] part) {
        String text = printable(part);
        return text != null ? "\"" + text + "\"" : HexFormat.of().formatHex(part);
    }

    private static @Nullable String printable(byte[] part) {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(part));
        } catch (CharacterCodingException binary) {
            return null;
        }
        boolean plain = text.length() > 0 && text.chars().allMatch(letter -> letter > ' ' && letter < 0x7F);
        return plain ? text.toString() : null;
    }
}
