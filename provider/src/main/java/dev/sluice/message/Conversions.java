package dev.sluice.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The conversion table of the standard, for properties, maps and streams: how a value set as one type reads as another. A null
 * reads as the {@code valueOf(null)} of the type asked for. Stateless.
 */
final class Conversions {
    private Conversions() {}

    static boolean toBoolean(@Nullable Object value) throws JMSException {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value == null || value instanceof String) {
            return Boolean.parseBoolean((String) value);
        }
        throw refused(value, "boolean");
    }

    static byte toByte(@Nullable Object value) throws JMSException {
        if (value instanceof Byte number) {
            return number;
        }
        if (value == null || value instanceof String) {
            return Byte.parseByte(digits(value));
        }
        throw refused(value, "byte");
    }

    static short toShort(@Nullable Object value) throws JMSException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        if (value == null || value instanceof String) {
            return Short.parseShort(digits(value));
        }
        throw refused(value, "short");
    }

    static char toChar(@Nullable Object value) throws JMSException {
        if (value instanceof Character character) {
            return character;
        }
        if (value == null) {
            throw new NullPointerException("the value is null and cannot be read as a char");
        }
        throw refused(value, "char");
    }

    static int toInt(@Nullable Object value) throws JMSException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value == null || value instanceof String) {
            return Integer.parseInt(digits(value));
        }
        throw refused(value, "int");
    }

    static long toLong(@Nullable Object value) throws JMSException {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof String) {
            return Long.parseLong(digits(value));
        }
        throw refused(value, "long");
    }

    static float toFloat(@Nullable Object value) throws JMSException {
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof String text) {
            return Float.parseFloat(text);
        }
        if (value == null) {
            throw new NullPointerException("the value is null and cannot be read as a float");
        }
        throw refused(value, "float");
    }

    static double toDouble(@Nullable Object value) throws JMSException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof String text) {
            return Double.parseDouble(text);
        }
        if (value == null) {
            throw new NullPointerException("the value is null and cannot be read as a double");
        }
        throw refused(value, "double");
    }

    static @Nullable String toText(@Nullable Object value) throws JMSException {
        if (value instanceof byte[]) {
            throw refused(value, "String");
        }
        return value == null ? null : value.toString();
    }

    static byte @Nullable [] toBytes(@Nullable Object value) throws JMSException {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw refused(value, "byte[]");
    }

    /** The value of a body field as the application may have it: an array is copied. */
    static @Nullable Object copyOf(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    /** Refuses what no field of a MapMessage, a StreamMessage or a BytesMessage can be. */
    static void checkField(@Nullable Object value) throws JMSException {
        if (!(value instanceof Character || value instanceof byte[])) {
            checkProperty(value);
        }
    }

    /** Refuses what no property can be. */
    static void checkProperty(@Nullable Object value) throws JMSException {
        boolean known = value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte;
        if (!known && value != null) {
            throw new MessageFormatException(
                    "a value of class " + value.getClass().getName()
                            + " cannot be in a message; use the wrappers of the primitive types, String, or byte[] in a body");
        }
    }

    /** The string of a number; a null stays one, so that the parser complains as the standard asks. */
    @SuppressWarnings("NullAway")
    private static String digits(@Nullable Object value) {
        return (String) value;
    }

    private static MessageFormatException refused(Object value, String wanted) {
        String type = value instanceof byte[] ? "byte[]" : value.getClass().getSimpleName();
        return new MessageFormatException("a value that was set as " + type + " cannot be read as " + wanted);
    }
}
