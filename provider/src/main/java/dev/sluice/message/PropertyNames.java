package dev.sluice.message;

import dev.sluice.wire.TypedValueWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which names a property may have: those of an identifier in a selector. Stateless. */
final class PropertyNames {
    static final String GROUP_ID = "JMSXGroupID";
    static final String GROUP_SEQUENCE = "JMSXGroupSeq";
    static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    static final String USER_ID = "JMSXUserID";

    private static final String STANDARD_PREFIX = "JMSX";

    private static final List<String> STANDARD = List.of(
            GROUP_ID,
            GROUP_SEQUENCE,
            DELIVERY_COUNT,
            USER_ID,
            "JMSXAppID",
            "JMSXProducerTXID",
            "JMSXConsumerTXID",
            "JMSXRcvTimestamp",
            "JMSXState");

    private static final List<String> HEADERS = List.of(
            "JMSDestination",
            "JMSDeliveryMode",
            "JMSMessageID",
            "JMSTimestamp",
            "JMSCorrelationID",
            "JMSReplyTo",
            "JMSRedelivered",
            "JMSType",
            "JMSExpiration",
            "JMSPriority",
            "JMSDeliveryTime");

    private static final List<String> RESERVED =
            List.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");

    private static final int RESERVED_LENGTH_MAX = 7;

    private PropertyNames() {}

    /** Whether the standard defines it; such a property travels in the envelope's own fields, or not at all. */
    static boolean isStandard(String name) {
        return name.startsWith(STANDARD_PREFIX);
    }

    /** Refuses names that are not allowed; the message says why. */
    static String check(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a property's name is " + (name == null ? "null" : "empty"));
        }
        checkIdentifier(name);
        if (name.length() <= RESERVED_LENGTH_MAX) {
            for (String word : RESERVED) {
                if (word.equalsIgnoreCase(name)) {
                    throw refused(name, "it is a word of the selector language");
                }
            }
        }
        if (name.startsWith("JMS")) {
            checkReserved(name);
        }
        checkLength(name);
        return name;
    }

    /** Refuses names of map entries that are not allowed. */
    static String checkMapName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("the name of a map entry is " + (name == null ? "null" : "empty"));
        }
        checkLength(name);
        return name;
    }

    private static void checkIdentifier(String name) {
        for (int index = 0; index < name.length(); ) {
            int character = name.codePointAt(index);
            boolean allowed =
                    index == 0 ? Character.isJavaIdentifierStart(character) : Character.isJavaIdentifierPart(character);
            if (!allowed) {
                throw refused(
                        name,
                        "the character at " + index + " (code " + character + ") cannot "
                                + (index == 0 ? "start" : "be in") + " a Java identifier");
            }
            index += Character.charCount(character);
        }
    }

    private static void checkReserved(String name) {
        if (isStandard(name) && !STANDARD.contains(name)) {
            throw refused(name, "the prefix JMSX is reserved; the names with it are " + STANDARD);
        }
        if (HEADERS.contains(name)) {
            throw refused(name, "it is a header field; use set" + name);
        }
    }

    private static void checkLength(String name) {
        if (name.length() > TypedValueWriter.NAME_BYTES_MAX / 3) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > TypedValueWriter.NAME_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "a name of " + bytes + " bytes is longer than the limit of " + TypedValueWriter.NAME_BYTES_MAX);
            }
        }
    }

    private static IllegalArgumentException refused(String name, String why) {
        return new IllegalArgumentException("a property cannot be called '" + name + "': " + why);
    }
}
