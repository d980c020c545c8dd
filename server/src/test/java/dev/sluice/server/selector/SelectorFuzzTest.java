package dev.sluice.server.selector;

import static dev.sluice.server.selector.MessageFixture.OFFSET;
import static dev.sluice.server.selector.MessageFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.sluice.wire.Wire;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Whatever a client sends as a selector or as a message is refused or does not match, in bounded time. Seeds are in the failure's text. */
class SelectorFuzzTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final List<String> WORDS = List.of(
            "NULL",
            "TRUE",
            "FALSE",
            "NOT",
            "AND",
            "OR",
            "BETWEEN",
            "LIKE",
            "IN",
            "IS",
            "ESCAPE",
            "=",
            "<>",
            "<",
            "<=",
            ">",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "(",
            ")",
            ",",
            "'x'",
            "'it''s'",
            "'",
            "7",
            "7.",
            ".5",
            "1E3",
            "0x1F",
            "09",
            "1L",
            "9223372036854775808",
            "a",
            "b",
            "größe",
            "JMSType",
            "JMSPriority",
            "JMSDestination",
            "!=",
            "\"",
            "\u0000",
            "\uD800",
            "\uD83D\uDE00",
            "\n",
            "%",
            "_",
            "\\");

    private static final List<String> VALID = List.of(
            "JMSType = 'car' AND color = 'blue' AND weight > 2500",
            "a BETWEEN 1 AND 2 AND b NOT BETWEEN -5. AND 4e2",
            "c NOT IN ('UK', 'US', 'it''s') OR (d IS NOT NULL AND NOT e IS NULL)",
            "f LIKE 'A_fo_A%f%' ESCAPE 'A' OR g NOT LIKE '%x_'",
            "- a + b * (c - 0x1f) / 2.5f >= -9223372036854775808 AND flag");

    private static final UnsafeBuffer MESSAGE = message()
            .with("a", 1)
            .with("b", 2.5)
            .with("c", "UK")
            .with("color", "blue")
            .with("f", "_foo%foo")
            .with("flag", true)
            .with("größe", 5L)
            .type("car")
            .encode();

    @Test
    void rowsOfWordsAreParsedOrRefused() {
        assertTimeout(BOUND, () -> {
            for (long seed = 0; seed < 20_000; seed++) {
                var random = new SplittableRandom(seed);
                var text = new StringBuilder();
                for (int count = random.nextInt(30); count > 0; count--) {
                    text.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextInt(4) == 0 ? "" : " ");
                }
                parse("seed=" + seed, text.toString());
            }
        });
    }

    @Test
    void rowsOfCharactersAreParsedOrRefused() {
        assertTimeout(BOUND, () -> {
            for (long seed = 0; seed < 10_000; seed++) {
                var random = new SplittableRandom(seed);
                var text = new StringBuilder();
                for (int count = random.nextInt(60); count > 0; count--) {
                    text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
                }
                parse("seed=" + seed, text.toString());
            }
        });
    }

    @Test
    void changedSelectorsAreParsedOrRefused() {
        assertTimeout(BOUND, () -> {
            for (long seed = 0; seed < 20_000; seed++) {
                var random = new SplittableRandom(seed);
                var text = new StringBuilder(VALID.get(random.nextInt(VALID.size())));
                for (int count = 1 + random.nextInt(3); count > 0; count--) {
                    change(random, text);
                }
                parse("seed=" + seed, text.toString());
            }
        });
    }

    private static void change(SplittableRandom random, StringBuilder text) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(5));
        switch (random.nextInt(3)) {
            case 0 -> text.delete(from, to);
            case 1 -> text.insert(from, text.substring(from, to));
            default -> text.insert(from, WORDS.get(random.nextInt(WORDS.size())));
        }
    }

    @Test
    void theLongestSelectorsOfEveryShapeTakeBoundedTime() {
        List<String> shapes = List.of(
                "(",
                ")",
                "NOT ",
                "a AND ",
                "a OR ",
                "-",
                "a+",
                "a*",
                "a=",
                "'",
                "''",
                "a IN ('x','y','z') OR ",
                "(a) AND ",
                "a LIKE 'x' AND ",
                "1.",
                "1e",
                "0x",
                "_",
                "a BETWEEN 1 AND ",
                "a BETWEEN (",
                "((((a)))) OR ",
                "NOT (NOT (a)) AND ",
                "\u00E4",
                "<",
                "= (",
                "1 ");
        assertTimeout(BOUND, () -> {
            for (String shape : shapes) {
                int count = Wire.SELECTOR_BYTES_MAX / shape.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
                parse(shape, shape.repeat(count));
                parse(shape, shape.repeat(count - 1) + "a");
            }
        });
    }

    /** Parses, and evaluates what was parsed. Anything but a SelectorException fails. */
    private static void parse(String from, String text) {
        try {
            SelectorEvaluator evaluator = Selector.parse(text).evaluator();
            boolean matches = evaluator.matches(MESSAGE, OFFSET, MESSAGE.capacity() - OFFSET);
            assertThat(evaluator.matches(MESSAGE, OFFSET, MESSAGE.capacity() - OFFSET))
                    .isEqualTo(matches);
        } catch (SelectorException refused) {
            assertThat(refused).as(from).hasMessageStartingWith("selector: ");
            assertThat(refused.toString().length()).as(from).isLessThan(500);
        } catch (RuntimeException | StackOverflowError unexpected) {
            throw new AssertionError(from + ": " + text, unexpected);
        }
    }

    @Test
    void everyCutOfAnEnvelopeIsSafe() throws SelectorException {
        SelectorEvaluator evaluator = Selector.parse("größe = 5 AND c = 'UK'").evaluator();
        int length = MESSAGE.capacity() - OFFSET;
        assertThat(evaluator.matches(MESSAGE, OFFSET, length)).isTrue();
        int body = "the body".length() + Integer.BYTES;
        for (int cut = 0; cut < length; cut++) {
            // The body is not looked at; without any of what is before it, nothing matches.
            assertThat(evaluator.matches(MESSAGE, OFFSET, cut))
                    .as("cut at %d", cut)
                    .isEqualTo(cut >= length - body);
        }
    }

    @Test
    void rangesOutsideTheBufferDoNotMatch() throws SelectorException {
        SelectorEvaluator evaluator = Selector.parse("JMSPriority >= 0").evaluator();
        int length = MESSAGE.capacity() - OFFSET;
        int[][] ranges = {
            {-1, length},
            {OFFSET, length + 1},
            {OFFSET + 1, length},
            {Integer.MAX_VALUE, length},
            {OFFSET, Integer.MAX_VALUE},
            {OFFSET, -1},
            {OFFSET, 0},
            {Integer.MIN_VALUE, Integer.MIN_VALUE},
            {MESSAGE.capacity(), 0},
            {MESSAGE.capacity(), 8}
        };
        for (int[] range : ranges) {
            assertThat(evaluator.matches(MESSAGE, range[0], range[1]))
                    .as("%d, %d", range[0], range[1])
                    .isFalse();
        }
        assertThat(evaluator.matches(MESSAGE, OFFSET, length)).isTrue();
    }

    @Test
    void damagedEnvelopesAreReadWithinTheirRange() {
        List<SelectorEvaluator> evaluators =
                VALID.stream().map(SelectorFuzzTest::evaluator).toList();
        int length = MESSAGE.capacity() - OFFSET;
        assertTimeout(BOUND, () -> {
            for (long seed = 0; seed < 15_000; seed++) {
                var random = new SplittableRandom(seed);
                byte[] damaged = new byte[length];
                MESSAGE.getBytes(OFFSET, damaged);
                for (int count = 1 + random.nextInt(4); count > 0; count--) {
                    int at = random.nextInt(length);
                    damaged[at] = random.nextBoolean()
                            ? (byte) random.nextInt()
                            : (byte) (damaged[at] + random.nextInt(5) - 2);
                }
                int cut = random.nextInt(3) == 0 ? random.nextInt(length) : length;
                for (SelectorEvaluator evaluator : evaluators) {
                    // What is around the envelope makes no difference, so it is not read.
                    assertThat(evaluator.matches(surrounded(damaged, cut, (byte) 0), 64, cut))
                            .as("seed=%d", seed)
                            .isEqualTo(evaluator.matches(surrounded(damaged, cut, (byte) 0x7F), 64, cut));
                }
            }
        });
    }

    private static SelectorEvaluator evaluator(String selector) {
        try {
            return Selector.parse(selector).evaluator();
        } catch (SelectorException refused) {
            throw new AssertionError(selector, refused);
        }
    }

    private static UnsafeBuffer surrounded(byte[] envelope, int length, byte surroundings) {
        var buffer = new UnsafeBuffer(new byte[128 + length]);
        buffer.setMemory(0, buffer.capacity(), surroundings);
        buffer.putBytes(64, envelope, 0, length);
        return buffer;
    }

    @Test
    void whatReachesBeyondThePropertiesDoesNotMatch() {
        byte a = 'a';
        var bodies = List.of(
                new byte[] {1},
                new byte[] {1, 0, 1, 0, a},
                new byte[] {1, 0, 2, 0, a, a},
                new byte[] {1, 0, 4, 0, a, 5},
                new byte[] {1, 0, 1, 0, a, 1},
                new byte[] {1, 0, 1, 0, a, 5, 0, 0, 0, 0},
                new byte[] {1, 0, 1, 0, a, 8},
                new byte[] {1, 0, 1, 0, a, 8, 1, 0, 0},
                new byte[] {1, 0, 1, 0, a, 8, 1, 0, 0, 0},
                new byte[] {1, 0, 1, 0, a, 8, 4, 0, 0, 0, a},
                new byte[] {1, 0, 1, 0, a, 8, -1, -1, -1, -1, a},
                new byte[] {1, 0, 1, 0, a, 11, 0, 0},
                new byte[] {1, 0, 1, 0, a, -1, 0, 0});
        for (byte[] properties : bodies) {
            var message = message().rawProperties(properties);
            assertThat(message.matches("a IS NULL OR a IS NOT NULL"))
                    .as("%s", properties)
                    .isFalse();
        }
        assertThat(message().rawProperties().matches("a IS NULL")).isTrue();
        assertThat(message()
                        .rawProperties((byte) 1, (byte) 0, (byte) 1, (byte) 0, a, (byte) 1, (byte) 1)
                        .matches("a"))
                .isTrue();
    }

    @Test
    void aCountOfPropertiesThatIsTooHighDoesNotMatch() throws SelectorException {
        UnsafeBuffer buffer = message().with("a", 1).encode();
        int properties = buffer.capacity() - ("the body".length() + 4) - (2 + 2 + 1 + 1 + 4);
        buffer.putShort(properties, (short) 0xFFFF, java.nio.ByteOrder.LITTLE_ENDIAN);
        int length = buffer.capacity() - OFFSET;
        assertThat(Selector.parse("gone IS NULL").matches(buffer, OFFSET, length))
                .isFalse();
        assertThat(Selector.parse("NOT gone = 1 OR TRUE").matches(buffer, OFFSET, length))
                .isFalse();
    }

    @Test
    void patternsOnLongTextsTakeBoundedTime() throws SelectorException {
        String text = "a".repeat(200_000);
        UnsafeBuffer buffer = message().with("s", text).encode();
        String literal = "%" + "a".repeat(15_000) + "b%";
        String withUnderscores = ("%" + "_a".repeat(127) + "b").repeat(50) + "%";
        for (String pattern : List.of(literal, withUnderscores, "%a".repeat(8_000) + "%b%", "%_".repeat(8_000) + "b")) {
            SelectorEvaluator evaluator =
                    Selector.parse("s LIKE '" + pattern + "'").evaluator();
            assertTimeout(
                    BOUND,
                    () -> assertThat(evaluator.matches(buffer, OFFSET, buffer.capacity() - OFFSET))
                            .isFalse());
        }
    }
}
