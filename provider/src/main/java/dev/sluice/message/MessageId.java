package dev.sluice.message;

import java.util.HexFormat;

/** Names a message in all the world: the key of the session that sent it, and a number that it gave. */
public record MessageId(long keyHigh, long keyLow, long number) {
    private static final HexFormat HEX = HexFormat.of();

    /** As {@code JMSMessageID}: {@code ID:}, the key as 32 hex digits, a dash, the number. */
    @Override
    public String toString() {
        return "ID:" + HEX.toHexDigits(keyHigh) + HEX.toHexDigits(keyLow) + "-" + number;
    }
}
