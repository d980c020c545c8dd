package dev.sluice.server.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes random selectors, each with its meaning on boxed values, written down as plainly as the specification says it. */
final class ReferenceSelector {
    static final List<String> NAMES = List.of("a", "b", "c", "longerName", "größe", "gone");
    private static final List<String> STRINGS =
            List.of("", "a", "ab", "ba", "aab", "b_a", "%", "äß", "世\uD83D\uDE00a", "it's");
    private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=");

    private final SplittableRandom random;

    ReferenceSelector(SplittableRandom random) {
        this.random = random;
    }

    /** A part of a selector; a null value is NULL, or unknown. */
    record Part(String text, Function<Map<String, @Nullable Object>, @Nullable Object> meaning) {
        @Nullable Object of(Map<String, @Nullable Object> message) {
            return meaning.apply(message);
        }

        Part inParentheses() {
            return new Part("(" + text + ")", meaning);
        }
    }

    @Nullable Object randomValue() {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> (byte) (random.nextInt(5) - 2);
            case 3 -> (short) (random.nextInt(5) - 2);
            case 4 -> random.nextInt(5) - 2;
            case 5 -> random.nextBoolean() ? Integer.MAX_VALUE : Integer.MIN_VALUE;
            case 6 -> random.nextBoolean() ? random.nextLong(3) : random.nextLong();
            case 7 -> random.nextInt(5) / 2f;
            case 8 -> random.nextInt(9) == 0 ? Double.NaN : random.nextInt(5) / 2.0;
            case 9 -> random.nextInt(3) == 0 ? (Object) 'x' : new byte[] {'a'};
            default -> string();
        };
    }

    Part condition(int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            return switch (random.nextInt(4)) {
                case 0 -> junction("AND", depth, false);
                case 1 -> junction("OR", depth, true);
                case 2 -> not(condition(depth - 1).inParentheses());
                default -> condition(depth - 1).inParentheses();
            };
        }
        return switch (random.nextInt(8)) {
            case 0 -> flag();
            case 1 -> between(depth);
            case 2 -> in();
            case 3 -> like();
            case 4 -> isNull();
            case 5 -> equality();
            default -> comparison(depth);
        };
    }

    private Part junction(String word, int depth, boolean settling) {
        Part left = condition(depth - 1).inParentheses();
        Part right = condition(depth - 1).inParentheses();
        return new Part(left.text + " " + word + " " + right.text, message -> {
            Object first = left.of(message);
            Object second = right.of(message);
            if (Boolean.valueOf(settling).equals(first)
                    || Boolean.valueOf(settling).equals(second)) {
                return settling;
            }
            return (first == null || second == null) ? null : !settling;
        });
    }

    private static Part not(Part part) {
        return new Part("NOT " + part.text, message -> negated(part.of(message)));
    }

    private static @Nullable Object negated(@Nullable Object truth) {
        return truth == null ? null : !(Boolean) truth;
    }

    private Part flag() {
        Part name = name();
        return random.nextInt(4) == 0
                ? new Part("TRUE", message -> true)
                : new Part(name.text, message -> name.of(message) instanceof Boolean flag ? flag : null);
    }

    private Part isNull() {
        Part name = name();
        return random.nextBoolean()
                ? new Part(name.text + " IS NULL", message -> name.of(message) == null)
                : new Part(name.text + " IS NOT NULL", message -> name.of(message) != null);
    }

    private Part in() {
        Part name = name();
        var strings = new ArrayList<String>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            strings.add(string());
        }
        boolean negated = random.nextBoolean();
        String list = String.join(
                ", ", strings.stream().map(ReferenceSelector::literal).toList());
        return new Part(
                name.text + (negated ? " NOT IN (" : " IN (") + list + ")",
                message -> name.of(message) instanceof String text ? strings.contains(text) != negated : null);
    }

    private Part like() {
        Part name = name();
        var pattern = new StringBuilder();
        var expression = new StringBuilder();
        for (int count = random.nextInt(6); count > 0; count--) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    pattern.append('%');
                    expression.append(".*");
                }
                case 1 -> {
                    pattern.append('_');
                    expression.append('.');
                }
                case 2 -> {
                    pattern.append("!_");
                    expression.append('_');
                }
                default -> {
                    String piece = random.nextBoolean() ? "a" : string().replaceAll("[%_]", "");
                    pattern.append(piece);
                    expression.append(Pattern.quote(piece));
                }
            }
        }
        Pattern regular = Pattern.compile(expression.toString(), Pattern.DOTALL);
        boolean negated = random.nextBoolean();
        return new Part(
                name.text + (negated ? " NOT LIKE " : " LIKE ") + literal(pattern.toString()) + " ESCAPE '!'",
                message -> name.of(message) instanceof String text
                        ? regular.matcher(text).matches() != negated
                        : null);
    }

    private Part equality() {
        boolean equal = random.nextBoolean();
        Part left = name();
        String string = string();
        Part right = switch (random.nextInt(3)) {
            case 0 -> name();
            case 1 -> new Part(literal(string), message -> string);
            default -> new Part("TRUE", message -> true);
        };
        boolean swapped = random.nextBoolean();
        String operator = equal ? "=" : "<>";
        return new Part(
                swapped ? right.text + operator + left.text : left.text + operator + right.text,
                message -> compare(operator, left.of(message), right.of(message)));
    }

    private Part comparison(int depth) {
        Part left = number(depth);
        Part right = number(depth);
        String operator = COMPARISONS.get(random.nextInt(COMPARISONS.size()));
        return new Part(
                left.text + " " + operator + " " + right.text,
                message -> compare(operator, left.of(message), right.of(message)));
    }

    private Part between(int depth) {
        Part value = number(depth);
        Part low = number(0);
        Part high = number(0);
        boolean negated = random.nextBoolean();
        return new Part(
                value.text + (negated ? " NOT BETWEEN " : " BETWEEN ") + low.text + " AND " + high.text, message -> {
                    Object first = compare(negated ? "<" : ">=", value.of(message), low.of(message));
                    Object second = compare(negated ? ">" : "<=", value.of(message), high.of(message));
                    if (Boolean.valueOf(negated).equals(first)
                            || Boolean.valueOf(negated).equals(second)) {
                        return negated;
                    }
                    return (first == null || second == null) ? null : !negated;
                });
    }

    private Part number(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return switch (random.nextInt(3)) {
                case 0 -> {
                    Part part = number(depth - 1).inParentheses();
                    yield new Part("-" + part.text, message -> negative(part.of(message)));
                }
                case 1 ->
                    arithmetic(
                            number(depth - 1).inParentheses(), number(depth - 1).inParentheses());
                default -> chain();
            };
        }
        return switch (random.nextInt(6)) {
            case 0 -> {
                double number = random.nextInt(9) / 2.0;
                yield new Part(Double.toString(number), message -> number);
            }
            case 1 -> {
                float number = random.nextInt(9) / 4f;
                yield new Part(number + "f", message -> number);
            }
            case 2 -> {
                long number = random.nextInt(3) == 0 ? Long.MIN_VALUE + random.nextInt(2) : random.nextInt(7) - 3;
                yield new Part(number + "L", message -> number);
            }
            case 3 -> {
                int number = random.nextInt(7) - 3;
                yield new Part(Integer.toString(number), message -> number);
            }
            default -> name();
        };
    }

    private Part arithmetic(Part left, Part right) {
        return arithmetic(left, List.of("+", "-", "*", "/").get(random.nextInt(4)), right);
    }

    /** Operators of one precedence without parentheses: from left to right. */
    private Part chain() {
        List<String> operators = random.nextBoolean() ? List.of("+", "-") : List.of("*", "/");
        Part chain = number(0);
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            chain = arithmetic(chain, operators.get(random.nextInt(2)), number(0));
        }
        return chain.inParentheses();
    }

    private static Part arithmetic(Part left, String operator, Part right) {
        return new Part(
                left.text + " " + operator + " " + right.text,
                message -> calculate(operator, left.of(message), right.of(message)));
    }

    private Part name() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        return new Part(name, message -> message.get(name));
    }

    private String string() {
        return STRINGS.get(random.nextInt(STRINGS.size()));
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static @Nullable Object compare(String operator, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof Number first && right instanceof Number second) {
            return promoted(
                    first,
                    second,
                    (one, two) -> holds(operator, one.doubleValue(), two.doubleValue()),
                    (one, two) -> holds(operator, one.floatValue(), two.floatValue()),
                    (one, two) -> holds(operator, Long.compare(one.longValue(), two.longValue()), 0),
                    (one, two) -> holds(operator, Integer.compare(one.intValue(), two.intValue()), 0));
        }
        boolean alike = (left instanceof String && right instanceof String)
                || (left instanceof Boolean && right instanceof Boolean);
        return switch (operator) {
            case "=" -> alike && left.equals(right);
            case "<>" -> alike && !left.equals(right);
            default -> false;
        };
    }

    private static boolean holds(String operator, double left, double right) {
        return switch (operator) {
            case "=" -> left == right;
            case "<>" -> left != right;
            case "<" -> left < right;
            case "<=" -> left <= right;
            case ">" -> left > right;
            default -> left >= right;
        };
    }

    private static @Nullable Object calculate(String operator, @Nullable Object left, @Nullable Object right) {
        if (!(left instanceof Number first) || !(right instanceof Number second)) {
            return null;
        }
        try {
            return switch (operator) {
                case "+" ->
                    promoted(
                            first,
                            second,
                            (one, two) -> one.doubleValue() + two.doubleValue(),
                            (one, two) -> one.floatValue() + two.floatValue(),
                            (one, two) -> one.longValue() + two.longValue(),
                            (one, two) -> one.intValue() + two.intValue());
                case "-" ->
                    promoted(
                            first,
                            second,
                            (one, two) -> one.doubleValue() - two.doubleValue(),
                            (one, two) -> one.floatValue() - two.floatValue(),
                            (one, two) -> one.longValue() - two.longValue(),
                            (one, two) -> one.intValue() - two.intValue());
                case "*" ->
                    promoted(
                            first,
                            second,
                            (one, two) -> one.doubleValue() * two.doubleValue(),
                            (one, two) -> one.floatValue() * two.floatValue(),
                            (one, two) -> one.longValue() * two.longValue(),
                            (one, two) -> one.intValue() * two.intValue());
                default ->
                    promoted(
                            first,
                            second,
                            (one, two) -> one.doubleValue() / two.doubleValue(),
                            (one, two) -> one.floatValue() / two.floatValue(),
                            (one, two) -> one.longValue() / two.longValue(),
                            (one, two) -> one.intValue() / two.intValue());
            };
        } catch (ArithmeticException divisionByZero) {
            return null;
        }
    }

    private static @Nullable Object negative(@Nullable Object value) {
        if (value instanceof Double number) {
            return -number;
        } else if (value instanceof Float number) {
            return -number;
        } else if (value instanceof Long number) {
            return -number;
        }
        return value instanceof Number number ? -number.intValue() : null;
    }

    /** Binary numeric promotion, as Java has it. */
    private static Object promoted(
            Number left,
            Number right,
            BiFunction<Number, Number, Object> ofDoubles,
            BiFunction<Number, Number, Object> ofFloats,
            BiFunction<Number, Number, Object> ofLongs,
            BiFunction<Number, Number, Object> ofInts) {
        if (left instanceof Double || right instanceof Double) {
            return ofDoubles.apply(left, right);
        } else if (left instanceof Float || right instanceof Float) {
            return ofFloats.apply(left, right);
        } else if (left instanceof Long || right instanceof Long) {
            return ofLongs.apply(left, right);
        }
        return ofInts.apply(left, right);
    }
}
