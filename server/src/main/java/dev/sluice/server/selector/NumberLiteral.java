package dev.sluice.server.selector;

import org.antlr.v4.runtime.Token;

/** The values of numeric literals, as Java has them; an exact one without a suffix is an int where it fits and a long where not. */
final class NumberLiteral {
    private static final int DECIMAL = 10;

    private final Refusals refusals;

    NumberLiteral(Refusals refusals) {
        this.refusals = refusals;
    }

    /** The sign is the literal's own, since the smallest long has no positive counterpart. */
    Value exact(Token token, boolean negative) {
        String digits = token.getText().replace("_", "");
        boolean isLong = digits.endsWith("L") || digits.endsWith("l");
        if (isLong) {
            digits = digits.substring(0, digits.length() - 1);
        }
        long number = radix(digits) == DECIMAL ? decimal(token, digits, negative) : bits(token, digits, negative);
        var value = new Value();
        if (isLong || number != (int) number) {
            value.setLong(number);
        } else {
            value.setInt((int) number);
        }
        return value;
    }

    private static int radix(String digits) {
        if (digits.length() == 1 || digits.charAt(0) != '0') {
            return DECIMAL;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
        };
    }

    private long decimal(Token token, String digits, boolean negative) {
        try {
            return Long.parseLong(negative ? "-" + digits : digits);
        } catch (NumberFormatException tooLarge) {
            throw refusals.at(token, "the number " + Refusals.quoted(token) + " is beyond the range of a long");
        }
    }

    /** Hexadecimal, octal and binary literals name the 64 bits of a long, as in Java. */
    private long bits(Token token, String digits, boolean negative) {
        int radix = radix(digits);
        try {
            long bits = Long.parseUnsignedLong(digits.substring(radix == 8 ? 1 : 2), radix);
            return negative ? -bits : bits;
        } catch (NumberFormatException malformed) {
            throw refusals.at(
                    token,
                    "the number " + Refusals.quoted(token) + " has a digit that base " + radix
                            + " does not have, or more than 64 bits");
        }
    }

    Value approximate(Token token, boolean negative) {
        String digits = token.getText().replace("_", "");
        var value = new Value();
        char last = digits.charAt(digits.length() - 1);
        boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
        double number;
        if (last == 'f' || last == 'F') {
            float single = Float.parseFloat(digits);
            number = single;
            value.setFloat(negative ? -single : single);
        } else {
            number = Double.parseDouble(digits);
            value.setDouble(negative ? -number : number);
        }
        if (Double.isInfinite(number) || (number == 0 && !isZero(digits, hexadecimal))) {
            throw refusals.at(
                    token,
                    "the number " + Refusals.quoted(token) + " is beyond the range of a "
                            + (value.kind() == Value.FLOAT ? "float" : "double"));
        }
        return value;
    }

    /** Whether there is no digit but zero before the exponent. */
    private static boolean isZero(String digits, boolean hexadecimal) {
        for (int index = hexadecimal ? 2 : 0; index < digits.length(); index++) {
            char digit = digits.charAt(index);
            if (hexadecimal ? digit == 'p' || digit == 'P' : digit == 'e' || digit == 'E') {
                return true;
            }
            if (digit != '0' && digit != '.' && Character.digit(digit, hexadecimal ? 16 : DECIMAL) >= 0) {
                return false;
            }
        }
        return true;
    }
}
