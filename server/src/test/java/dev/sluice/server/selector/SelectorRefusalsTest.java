package dev.sluice.server.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no selector is refused when it is presented, in words that show what to change. */
class SelectorRefusalsTest {
    private static void assertRefused(String selector, String message) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(SelectorException.class)
                .hasMessage(message);
    }

    private static void assertRefusal(String selector, String part) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .as(selector)
                .isInstanceOf(SelectorException.class)
                .hasMessageContaining(part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE", "true", "Like"
            })
    void keywordsAreNoIdentifiers(String keyword) {
        assertThatThrownBy(() -> Selector.parse(keyword + " = 0")).isInstanceOf(SelectorException.class);
        assertThatThrownBy(() -> Selector.parse("a = 1 AND " + keyword + " > 0"))
                .isInstanceOf(SelectorException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JMSDestination",
                "JMSReplyTo",
                "JMSExpiration",
                "JMSRedelivered",
                "JMSDeliveryTime",
                "JMSfoo",
                "JMS"
            })
    void otherHeadersAreRefused(String name) {
        assertRefusal("a = 1 AND " + name + " IS NULL", "at position 11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a =",
                "= 1",
                "a 1",
                "a = 1 AND",
                "AND a = 1",
                "a = 1 b = 2",
                "(a = 1",
                "a = 1)",
                "()",
                "a = = 1",
                "a = 1 = 2",
                "a < b < c",
                "a = NULL",
                "a IS 1",
                "a IS NOT 1",
                "IS NULL",
                "a IN ()",
                "a IN 'x'",
                "a IN ('x'",
                "a IN ('x',)",
                "a IN ('x' 'y')",
                "a IN (b)",
                "a IN (1)",
                "a NOT IN (1,2,3)",
                "a IN ('x', 1)",
                "1 IN ('x')",
                "'x' IN ('x')",
                "a LIKE b",
                "a LIKE 7",
                "a LIKE",
                "a LIKE 'x' ESCAPE",
                "a LIKE 'x' ESCAPE 1",
                "a LIKE 'x' ESCAPE ''",
                "a LIKE 'x' ESCAPE 'ab'",
                "a ESCAPE 'x'",
                "'x' LIKE 'x'",
                "a + b LIKE 'x'",
                "a BETWEEN 1",
                "a BETWEEN 1 AND",
                "a BETWEEN 1 OR 2",
                "a BETWEEN 'x' AND 'y'",
                "'a' BETWEEN 1 AND 2",
                "a BETWEEN 1 AND TRUE",
                "a NOT 1",
                "a NOT = 1",
                "a NOT NULL",
                "NOT",
                "a NOT",
                "1",
                "'a'",
                "a + 1",
                "-a",
                "1 = 1 AND 2",
                "a > 'x'",
                "a >= 'x'",
                "a < 'x'",
                "a <= 'x'",
                "'x' > TRUE",
                "'x' = TRUE",
                "'x' = 1",
                "TRUE = 0",
                "a > TRUE",
                "TRUE < FALSE",
                "a + 'x' = 1",
                "a * TRUE = 1",
                "-'x' = 1",
                "-TRUE = 1",
                "+'x' = a",
                "(a = 1) + 1 = 2",
                "(a = 1) > b",
                "-(a = 1)",
                "a + 1 IS NULL",
                "1 IS NULL",
                "TRUE IS NULL",
                "JMSPriority = 'high'",
                "JMSType = 1",
                "JMSDeliveryMode = 2",
                "JMSType > 'a'",
                "JMSPriority LIKE '4'",
                "JMSTimestamp IN ('x')",
                "JMSPriority",
                "JMSType",
                "JMSType + 1 = 2",
                "a = 09",
                "a = 0x",
                "a = 0b2",
                "a = 9223372036854775808",
                "a = -9223372036854775809",
                "a = 0x10000000000000000",
                "a = 1e999",
                "a = 1e-999",
                "a = 1e39f",
                "a = 10e-400",
                "a = 0.1e-400",
                "a = 0x1p-2000",
                "a = 0x0.Ep-2000",
                "a = 0x.01p-2000",
                "a = 1e-60f",
                "a = 1__",
                "a = 1.2.3",
                "a = 1x",
                "a = 'x",
                "a = 'it''s",
                "a = \"x\"",
                "a == 1",
                "a != 1",
                "a = 1 && b = 2",
                "a = 1 || b = 2",
                "a.b = 1",
                "a-b",
                "a % 2 = 0",
                "a = 1;",
                "a = 1 -- ",
                "/* no */ a = 1",
                "#a = 1",
                "9a = 1",
                "a\u00A0= 1",
                "\u20031 = a",
                "a\u2192b = 1",
                "a = {1}",
                "a LIKE 'x!y' ESCAPE '!'",
                "a LIKE 'x!' ESCAPE '!'",
                "a IN ('x') IN ('y')",
                "a IS NULL IS NULL",
                "NOT a = NOT b",
                "a AND OR b",
                "a = \uD800"
            })
    void whatIsWrongIsRefused(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(SelectorException.class)
                .hasMessageStartingWith("selector: ")
                .hasMessageNotContainingAny("mismatched", "null");
    }

    @Test
    void refusalsSayWhatWasExpectedFoundAndWhere() {
        assertRefused(
                "color = AND size > 3",
                "selector: expected a value after \"=\", found the keyword \"AND\", at position 9: color = AND size > 3");
        assertRefused("color =", "selector: expected a value after \"=\", found the end, at position 8: color =");
        assertRefused(
                "color 'red'",
                "selector: expected an operator or the end after \"color\", found \"'red'\", at position 7: color 'red'");
        assertRefused(
                "(a = 1 OR b = 2",
                "selector: expected an operator or \")\" after \"2\", found the end, at position 16: (a = 1 OR b = 2");
        assertRefused(
                "a NOT 1", "selector: expected BETWEEN, LIKE or IN after \"NOT\", found \"1\", at position 7: a NOT 1");
        assertRefused("a IS 1", "selector: expected NULL or NOT after \"IS\", found \"1\", at position 6: a IS 1");
        assertRefused(
                "a IN (1)",
                "selector: expected a string in single quotes after \"(\", found \"1\", at position 7: a IN (1)");
        assertRefused(
                "a = 1 AND", "selector: expected a condition after \"AND\", found the end, at position 10: a = 1 AND");
        assertRefused(")", "selector: expected a condition, found \")\", at position 1: )");
    }

    @Test
    void refusalsSayWhatIsMeant() {
        assertRefusal("a != 1", "found \"!=\" (a selector writes <>), at position 3");
        assertRefusal("a = 1 && b = 2", "(a selector writes AND)");
        assertRefusal("a = \"x\"", "a double quote (a selector writes strings in single quotes), at position 5");
        assertRefusal("a = 'x", "found a string without its closing quote, at position 5");
        assertRefusal("a > 'x'", "\">\" compares numbers, not a string (those are only = or <>), at position 3");
        assertRefusal("TRUE = 0", "cannot compare a boolean with a number, at position 6");
        assertRefusal("a = 1 AND b + 2", "expected a condition, found a number alone, at position 11");
        assertRefusal(
                "a = 9223372036854775808",
                "the number \"9223372036854775808\" is beyond the range of a long, at position 5");
        assertRefusal("a = 09", "has a digit that base 8 does not have");
        assertRefusal("a\u2192b = 1", "the character U+2192 cannot be in a name");
        assertRefusal("a \u0000 b", "the character U+0000");
    }

    @Test
    void refusalsOfLongSelectorsShowOnlyThePlace() {
        String selector = "x = 1 AND ".repeat(100) + "y = = 2" + " AND x = 1".repeat(100);
        assertRefusal(selector, "at position 1005: …1 AND x = 1 AND x = 1 AND y = = 2 AND x = 1 AND x = 1 AND x …");
    }

    @Test
    void positionsCountCharacters() {
        assertRefusal("a = '\uD83D\uDE00\uD83D\uDE00' b", "at position 10");
    }

    @Test
    void selectorsAsLongAsTheLimitAreTakenAndLongerOnesRefused() {
        String longest = "a = '" + "ü".repeat((Wire.SELECTOR_BYTES_MAX - 6) / 2) + "'";
        assertThatCode(() -> Selector.parse(longest)).doesNotThrowAnyException();
        assertRefusal(longest + " ", "its length is 16385 bytes of UTF-8, the limit is 16384");
        assertRefusal("x".repeat(1 << 20), "its length is 1048576 bytes");
    }

    @Test
    void nestingIsLimited() throws SelectorException {
        assertThat(Selector.parse("(".repeat(100) + "a = 1" + ")".repeat(100)).matchesAll())
                .isFalse();
        assertRefusal(
                "(".repeat(101) + "a = 1" + ")".repeat(101),
                "parentheses are nested deeper than the limit of 100, at position 101");
        assertRefusal("(".repeat(16_000), "nested deeper");
        assertRefusal("NOT (".repeat(3_000), "nested deeper");
    }

    @Test
    void longRowsOfSignsAndNegationsNeedNoStack() {
        assertThatCode(() -> Selector.parse("NOT ".repeat(4_000) + "a")).doesNotThrowAnyException();
        assertThatCode(() -> Selector.parse("a = " + "-".repeat(16_000) + "1")).doesNotThrowAnyException();
    }

    @Test
    void theNumberOfTermsIsLimited() {
        assertThatCode(() -> Selector.parse("a" + " OR a".repeat(2047))).doesNotThrowAnyException();
        assertRefusal("a" + " OR a".repeat(2048), "there are more names and literals than the limit of 2048");
    }

    @Test
    void parenthesesBesideEachOtherAreNotNested() {
        assertThatCode(() -> Selector.parse("(a)" + " OR (a)".repeat(200))).doesNotThrowAnyException();
    }

    @Test
    void theEffortOfAPatternIsLimited() {
        String longest = "_" + "x".repeat(255);
        assertThatCode(() -> Selector.parse("a LIKE '%" + longest + "%'")).doesNotThrowAnyException();
        assertRefusal("a LIKE '%" + longest + "x%'", "is 257 bytes long, the limit for such a part is 256");
        assertRefusal("a LIKE '%" + longest + "x%y%'", "at position 8");
        // Without an underscore, or anchored at an end, a part is not searched anew at each place.
        for (String pattern :
                new String[] {"%" + "x".repeat(1000) + "%", longest + "x%", "%" + longest + "x", longest + "x"}) {
            assertThatCode(() -> Selector.parse("a LIKE '" + pattern + "'")).doesNotThrowAnyException();
        }
    }

    @Test
    void refusalsNameTheTypeOfANumber() {
        assertRefusal("a = 1e39f", "the number \"1e39f\" is beyond the range of a float");
        assertRefusal("a = 1e309", "the number \"1e309\" is beyond the range of a double");
    }

    @Test
    void refusalsCutNoCharacterInTwo() {
        String smile = "\uD83D\uDE00";
        String before = "a = '" + smile.repeat(20) + "'";
        assertRefusal(
                before + "  = '" + smile.repeat(20) + "x'",
                " after \"'" + smile.repeat(15) + "…\", found \"=\", at position 29: …" + smile.repeat(13) + "'  = '"
                        + smile.repeat(14) + "…");
        assertRefusal("a = " + "'" + "x".repeat(28) + "' b", "found \"b\"");
        assertRefusal("a = 1 " + "b".repeat(30), "found \"" + "b".repeat(30) + "\"");
        assertRefusal("a = 1 " + "b".repeat(31), "found \"" + "b".repeat(30) + "…\"");
        assertRefusal("a = ~", "found \"~\"");
        assertRefusal("a = \u007F", "the character U+007F");
        assertRefusal("a = !", "found \"!\"");
    }
}
