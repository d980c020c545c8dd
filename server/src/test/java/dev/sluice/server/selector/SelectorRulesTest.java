package dev.sluice.server.selector;

import static dev.sluice.server.selector.MessageFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of section 3.8.1 of the specification, one by one, on encoded messages. */
class SelectorRulesTest {
    private static void assertMatches(MessageFixture message, String... selectors) {
        for (String selector : selectors) {
            assertThat(message.matches(selector)).as(selector).isTrue();
        }
    }

    private static void assertDoesNotMatch(MessageFixture message, String... selectors) {
        for (String selector : selectors) {
            assertThat(message.matches(selector)).as(selector).isFalse();
        }
    }

    /** Neither the selector nor its negation is true. */
    private static void assertUnknown(MessageFixture message, String... selectors) {
        for (String selector : selectors) {
            assertDoesNotMatch(message, selector, "NOT (" + selector + ")");
        }
    }

    @Nested
    class Literals {
        @Test
        void stringsAreInSingleQuotesWithInnerOnesDoubled() {
            var message = message().with("a", "literal's").with("empty", "").with("quotes", "''");
            assertMatches(message, "a = 'literal''s'", "empty = ''", "quotes = ''''''");
            assertDoesNotMatch(message, "a = 'literals'", "empty = ''''");
        }

        @Test
        void stringsHoldAnyUnicodeAndAreCaseSensitive() {
            var message = message().with("a", "Grüße, 世界 \uD83D\uDE00\n");
            assertMatches(message, "a = 'Grüße, 世界 \uD83D\uDE00\n'");
            assertDoesNotMatch(message, "a = 'grüße, 世界 \uD83D\uDE00\n'", "a = 'Gruße, 世界 \uD83D\uDE00\n'");
        }

        @Test
        void exactNumbersHaveJavasIntegerSyntax() {
            var message = message().with("n", 29);
            assertMatches(message, "n = 29", "n = +29", "n = 29L", "n = 29l", "n = 035", "n = 0x1d", "n = 0X1DL");
            assertMatches(message, "n = 0b11101", "n = 2_9", "n = - -29", "-n = -29", "0 = 00", "n = 0x1_d");
        }

        @Test
        void signsBeforeANumberAreAddedUp() {
            var message = message().with("n", -29).with("f", -0.5f);
            assertMatches(message, "n = + -29", "n = -+29", "+ -n = 29", "- +n = 29", "n = - - -29", "n = + + -29");
            assertMatches(message, "n = -0x1d", "n = -035", "n = -0b11101", "n = -29L", "f = -.5f", "f = -0x.8p0");
            assertDoesNotMatch(message, "n = + + 29", "n = - -29", "f = .5f", "f = -.25f");
        }

        @Test
        void exactNumbersReachTheEndsOfLong() {
            var message = message().with("low", Long.MIN_VALUE).with("high", Long.MAX_VALUE);
            assertMatches(
                    message, "low = -9223372036854775808", "low=-9223372036854775808L AND high=9223372036854775807L");
            assertMatches(message, "low = - 9223372036854775808", "low = 0x8000000000000000", "low + 1 = -high");
        }

        @Test
        void approximateNumbersHaveJavasFloatingPointSyntax() {
            var message = message().with("d", 7000.0).with("e", -57.9E2).with("h", 0.5);
            assertMatches(
                    message, "d = 7E3", "d = 7e3", "d = 7000.", "d = .7e4", "d = 7000.0", "d = 7e+3", "d = 70000E-1");
            assertMatches(
                    message,
                    "d = 7000d",
                    "d = 7000f",
                    "d = 7.0E3D",
                    "e = -57.9E2",
                    "e = -5790",
                    "h = .5",
                    "h = 0x.8p0");
            assertMatches(message, "h = 0x1p-1", "d = +7_000.0", "h = 0.5f");
        }

        @Test
        void zeroMayBeWrittenWithAnyExponent() {
            var message = message().with("zero", 0.0);
            assertMatches(
                    message, "zero = 0e5", "zero = 0.0E-400", "zero = .0e+400", "zero = 0x0p1", "zero = 0X0.0P-1");
            assertMatches(message, "zero = 0e0f", "zero = 0_0.0d", "zero = 00e400");
        }

        @Test
        void stringsDifferWhereverOneCharacterDoes() {
            for (int length = 1; length < 40; length++) {
                String text = "x".repeat(length);
                var message = message().with("s", text);
                assertMatches(message, "s = '" + text + "'", "s IN ('" + text + "')", "s <> '" + text + "x'");
                for (int place = 0; place < length; place++) {
                    String other = text.substring(0, place) + "y" + text.substring(place + 1);
                    assertMatches(message, "s <> '" + other + "'", "s NOT IN ('" + other + "')");
                }
            }
        }

        @Test
        void booleansAreTrueAndFalseInAnyCase() {
            var message = message().with("yes", true).with("no", false);
            assertMatches(
                    message,
                    "yes = TRUE",
                    "yes = true",
                    "no = False",
                    "yes <> FALSE",
                    "TRUE",
                    "NOT FALSE",
                    "TRUE = TRUE");
            assertDoesNotMatch(message, "yes = FALSE", "FALSE", "no", "no = TRUE");
        }
    }

    @Nested
    class Identifiers {
        @Test
        void beginAndGoOnAsJavasDo() {
            var message = message()
                    .with("$p", 1)
                    .with("_q", 2)
                    .with("größe9", 3)
                    .with("価格", 4)
                    .with("\uD835\uDC9C", 5);
            assertMatches(message, "$p = 1 AND _q = 2", "größe9 = 3", "価格 = 4", "\uD835\uDC9C = 5");
        }

        @Test
        void areCaseSensitive() {
            var message = message().with("myProp", true).with("MYpROP", false);
            assertMatches(message, "myProp = TRUE AND MYpROP = FALSE", "MyProp IS NULL");
        }

        @Test
        void mayContainKeywords() {
            var message = message()
                    .with("nullable", 1)
                    .with("Android", 2)
                    .with("in_", 3)
                    .with("ORder", 4)
                    .with("isNull", 5);
            assertMatches(message, "nullable = 1 AND Android = 2 AND in_ = 3 AND ORder = 4 AND isNull = 5");
        }

        @Test
        void ofPropertiesThatAreNotThereAreNull() {
            assertMatches(message(), "nothing IS NULL");
            assertUnknown(message(), "nothing", "nothing = 1", "nothing <> 1", "nothing = 'a'", "nothing > 1");
        }

        @Test
        void differWhereverOneCharacterDoes() {
            var message = message()
                    .with("sameStart1", 1)
                    .with("sameStart2", 2)
                    .with("eightCh1", 3)
                    .with("eightCh2", 4);
            assertMatches(message, "sameStart2 = 2 AND eightCh2 = 4", "sameStart3 IS NULL AND eightCh3 IS NULL");
        }

        @Test
        void mayBeVeryLong() {
            String name = "a".repeat(3000);
            assertMatches(message().with(name, 1).with(name + "b", 2), name + " = 1 AND " + name + "b = 2");
        }
    }

    @Nested
    class Headers {
        @Test
        void deliveryModeIsAName() {
            assertMatches(message(), "JMSDeliveryMode = 'PERSISTENT'", "JMSDeliveryMode <> 'NON_PERSISTENT'");
            assertMatches(
                    message().nonPersistent(), "JMSDeliveryMode = 'NON_PERSISTENT'", "JMSDeliveryMode LIKE 'NON%'");
        }

        @Test
        void priorityIsANumber() {
            assertMatches(message().priority(9), "JMSPriority = 9", "JMSPriority > 4", "JMSPriority BETWEEN 5 AND 9");
            assertDoesNotMatch(message().priority(0), "JMSPriority > 0");
        }

        @Test
        void messageIdIsTextOrNull() {
            String id = "ID:0123456789abcdeffedcba9876543210-42";
            assertMatches(
                    message(),
                    "JMSMessageID = '" + id + "'",
                    "JMSMessageID LIKE 'ID:%-42'",
                    "JMSMessageID IN ('x', '" + id + "')");
            assertDoesNotMatch(
                    message(), "JMSMessageID = 'ID:0123456789abcdeffedcba9876543210-4'", "JMSMessageID IS NULL");
            assertMatches(message().withoutId(), "JMSMessageID IS NULL");
            assertUnknown(message().withoutId(), "JMSMessageID = '" + id + "'");
        }

        @Test
        void timestampIsANumberAndZeroWhenDisabled() {
            assertMatches(
                    message().timestamp(1_763_000_000_123L), "JMSTimestamp = 1763000000123", "JMSTimestamp > 1.7E12");
            assertMatches(message().withoutTimestamp(), "JMSTimestamp = 0", "JMSTimestamp IS NOT NULL");
        }

        @Test
        void correlationIdIsTextOrNull() {
            assertMatches(
                    message().correlation("order-7"), "JMSCorrelationID = 'order-7'", "JMSCorrelationID IS NOT NULL");
            assertMatches(message(), "JMSCorrelationID IS NULL");
            assertUnknown(
                    message(),
                    "JMSCorrelationID = 'order-7'",
                    "JMSCorrelationID LIKE '%'",
                    "JMSCorrelationID IN ('a')");
            assertMatches(message().correlation(""), "JMSCorrelationID = ''");
        }

        @Test
        void correlationIdSetAsBytesIsReadAsText() {
            assertMatches(message().correlationBytes((byte) 'a', (byte) 'b'), "JMSCorrelationID = 'ab'");
        }

        @Test
        void typeIsTextOrNull() {
            var car = message().type("car").with("color", "blue").with("weight", 2600);
            assertMatches(car, "JMSType = 'car' AND color = 'blue' AND weight > 2500");
            assertMatches(message(), "JMSType IS NULL");
            assertUnknown(message(), "JMSType <> 'car'");
        }

        @Test
        void definedPropertiesAreReadWhereTheEnvelopeHasThem() {
            assertMatches(
                    message().group("g1", 7).user("ann"),
                    "JMSXGroupID = 'g1' AND JMSXGroupSeq = 7 AND JMSXUserID = 'ann'");
            assertMatches(message(), "JMSXGroupID IS NULL AND JMSXGroupSeq IS NULL AND JMSXUserID IS NULL");
            assertMatches(message().group("g1", 0), "JMSXGroupSeq = 0");
        }

        @Test
        void whatIsSetOnReceiptIsNull() {
            assertMatches(message(), "JMSXDeliveryCount IS NULL", "JMSXRcvTimestamp IS NULL", "JMSXState IS NULL");
        }

        @Test
        void providersPropertiesAreLikeAnyOther() {
            assertMatches(message().with("JMS_Sluice_Kind", "x"), "JMS_Sluice_Kind = 'x'", "JMS_IBM_Format IS NULL");
        }
    }

    @Nested
    class Syntax {
        @Test
        void whiteSpaceIsJavas() {
            var message = message().type("foo");
            assertMatches(
                    message,
                    "JMSType   =   'foo'",
                    "JMSType\t=\t'foo'",
                    "JMSType\f=\f'foo'",
                    "JMSType\n= \r\n'foo'",
                    " JMSType='foo' ");
        }

        @Test
        void keywordsAreCaseInsensitive() {
            var message = message().with("a", 5).with("s", "x_y");
            assertMatches(
                    message,
                    "a Between 1 aNd 9 or false",
                    "s lIkE 'x\\_y' eScApE '\\'",
                    "nOt (b iS NoT nUlL)",
                    "s iN ('x_y')");
        }

        @Test
        void notBindsTighterThanAndThanOr() {
            var message = message().with("t", true).with("f", false);
            assertMatches(
                    message,
                    "t OR t AND f",
                    "NOT f AND t",
                    "t AND NOT f",
                    "f AND f OR t",
                    "NOT NOT t",
                    "NOT NOT NOT f");
            assertDoesNotMatch(message, "(t OR t) AND f", "NOT (f OR t)", "NOT t AND f");
        }

        @Test
        void notTakesAWholeComparison() {
            var message = message().with("a", 1).with("b", 2);
            assertMatches(message, "NOT a = 2", "NOT a = 2 AND b = 2", "NOT a IS NULL", "NOT a BETWEEN 5 AND 6");
        }

        @Test
        void arithmeticBindsAsInJava() {
            var message = message()
                    .with("a", 5)
                    .with("b", 5)
                    .with("x", 1f)
                    .with("y", 2f)
                    .with("z", 3f)
                    .with("w", 4f);
            assertMatches(
                    message, "- a + b = 0", "x+y*z-w/w = 6", "a - b - 5 = -5", "100 / a / 2 = 10", "2 * (a + b) = 20");
            assertMatches(
                    message, "a*2 = 10 AND b/2 = 2", "-a*-b = 25", "a--5 = 10", "a-+5 = 0", "+a < 6", "((a)) = (5)");
        }

        @Test
        void betweenTakesItsOwnAnd() {
            var message = message().with("a", 1).with("b", true);
            assertMatches(
                    message,
                    "a BETWEEN 1 AND 2 AND b",
                    "b AND a BETWEEN 0 + 1 AND 2 * 2",
                    "a BETWEEN 1 AND 2 AND a BETWEEN 0 AND 1");
            assertDoesNotMatch(message, "a BETWEEN 2 AND 3 AND b");
        }

        @Test
        void parenthesesTurnConditionsIntoBooleans() {
            var message = message().with("a", 1).with("b", true);
            assertMatches(message, "(a = 1) = b", "(a > 5) <> b", "((((a = 1))))", "(b)", "(a = 1) = TRUE");
            assertUnknown(message, "(nothing = 1) = b");
        }
    }

    @Nested
    class Comparisons {
        @Test
        void numbersCompareInAllSixWays() {
            var message = message().with("n", 3);
            assertMatches(
                    message, "n = 3", "n <> 4", "n < 4", "n <= 3", "n > 2", "n >= 3", "3 = n", "4 > n", "3 >= n",
                    "2 < n", "3 <= n");
            assertDoesNotMatch(message, "n = 4", "n <> 3", "n < 3", "n <= 2", "n > 3", "n >= 4", "3 < n", "4 <= n");
        }

        @Test
        void allIntegerTypesAreExactNumbers() {
            var message = message()
                    .with("b", (byte) -1)
                    .with("s", (short) 300)
                    .with("i", 70_000)
                    .with("l", 5_000_000_000L);
            assertMatches(message, "b = -1 AND s = 300 AND i = 70000 AND l = 5000000000", "b < s", "s < i", "i < l");
        }

        @Test
        void exactAndApproximateArePromotedAsInJava() {
            var message = message()
                    .with("i", 16_777_217)
                    .with("f", 16_777_216f)
                    .with("d", 16_777_216.0)
                    .with("l", 9_007_199_254_740_993L)
                    .with("e", 9_007_199_254_740_992.0)
                    .with("tenth", 0.1f);
            assertMatches(
                    message,
                    "i = f",
                    "i > d",
                    "l = e",
                    "tenth <> 0.1",
                    "tenth = 0.1f",
                    "tenth > 0.1",
                    "d = f",
                    "l > 9007199254740992");
        }

        @Test
        void notANumberIsAsInJava() {
            var message = message().with("nan", Double.NaN).with("inf", Double.POSITIVE_INFINITY);
            assertMatches(
                    message,
                    "nan <> nan",
                    "NOT nan = nan",
                    "inf > 1e308",
                    "NOT nan < 1",
                    "NOT nan NOT BETWEEN 1 AND 2");
            assertDoesNotMatch(
                    message, "nan = nan", "nan < 1", "nan >= 1", "nan BETWEEN 0 AND 1", "nan NOT BETWEEN 0 AND 1");
        }

        @Test
        void stringsAndBooleansOnlyKnowEquality() {
            var message = message()
                    .with("a", "x")
                    .with("b", "y")
                    .with("c", "x")
                    .with("t", true)
                    .with("u", true)
                    .with("f", false);
            assertMatches(message, "a = c", "a <> b", "t = u", "t <> f", "NOT a = b");
            assertDoesNotMatch(message, "a < b", "b > a", "a <= c", "f < t", "t >= u");
        }

        @Test
        void unlikeTypesAreFalse() {
            var message = message().with("number", 1).with("text", "1").with("flag", true);
            assertDoesNotMatch(
                    message,
                    "number = text",
                    "number <> text",
                    "text = 1",
                    "text > 0",
                    "text <> 1",
                    "number = '1'",
                    "number <> 'a'");
            assertDoesNotMatch(
                    message,
                    "flag = 1",
                    "flag = 'true'",
                    "flag <> 'false'",
                    "flag = text",
                    "flag <> number",
                    "number = TRUE");
            assertMatches(message, "NOT text = 1", "NOT (number <> 'a')");
        }

        @Test
        void aStringPropertyIsNeverANumber() {
            var message = message().with("NumberOfOrders", "2");
            assertDoesNotMatch(message, "NumberOfOrders > 1", "NumberOfOrders BETWEEN 1 AND 3", "NumberOfOrders = 2");
            assertUnknown(message, "NumberOfOrders + 1 > 1", "-NumberOfOrders < 0", "+NumberOfOrders > 0");
        }

        @Test
        void charactersAndBytesAreThereButLikeNothing() {
            var message =
                    message().with("c", 'x').with("bytes", new byte[] {1, 2}).with("after", 1);
            assertMatches(message, "c IS NOT NULL AND bytes IS NOT NULL AND after = 1");
            assertDoesNotMatch(message, "c = 'x'", "c <> 'x'", "bytes = c");
            assertUnknown(message, "c LIKE '%'", "bytes IN ('a')", "c", "c + 1 = 1");
        }
    }

    @Nested
    class Arithmetic {
        @Test
        void intsOverflowAndDivideAsInJava() {
            var message = message()
                    .with("max", Integer.MAX_VALUE)
                    .with("one", 1)
                    .with("min", Integer.MIN_VALUE)
                    .with("big", Long.MAX_VALUE);
            assertMatches(
                    message,
                    "max + one < 0",
                    "max + 1 = -2147483648",
                    "max + 1L = 2147483648",
                    "min / -1 = min",
                    "-min = min");
            assertMatches(
                    message,
                    "7 / 2 = 3",
                    "-7 / 2 = -3",
                    "7 / 2.0 = 3.5",
                    "max * 2L = 4294967294",
                    "big + 1 = -9223372036854775808");
        }

        @Test
        void floatsStayFloats() {
            var message = message().with("f", 0.1f).with("g", 0.2f).with("d", 0.1);
            assertMatches(message, "f + g = 0.3f", "d + 0.2 > 0.3", "f + d <> 0.2", "f * 3 <> 0.3");
        }

        @Test
        void exactDivisionByZeroIsUnknown() {
            var message = message().with("a", 1).with("zero", 0).with("long", 0L);
            assertUnknown(
                    message,
                    "a / zero = 1",
                    "a / zero <> 1",
                    "a / 0 = 1",
                    "1 / 0 = 1",
                    "a / long > 0",
                    "1 / zero BETWEEN 0 AND 1");
        }

        @Test
        void approximateDivisionByZeroIsInfinite() {
            var message = message().with("a", 1.0).with("zero", 0);
            assertMatches(message, "a / zero > 1e308", "-a / 0 < -1e308", "a / zero = 1 / 0.0");
        }

        @Test
        void withNullIsUnknown() {
            assertUnknown(
                    message().with("a", 1),
                    "a + nothing = 1",
                    "-nothing = 1",
                    "nothing * 0 = 0",
                    "nothing = nothing",
                    "nothing <> nothing");
        }

        @Test
        void withBooleansIsUnknown() {
            assertUnknown(message().with("flag", true), "flag + 1 = 2", "1 + flag = 2", "-flag = -1");
        }
    }

    @Nested
    class Between {
        @Test
        void includesBothEnds() {
            assertMatches(
                    message().with("age", 15),
                    "age BETWEEN 15 AND 19",
                    "15 BETWEEN age AND age",
                    "age BETWEEN 14.5 AND 15.0");
            assertMatches(message().with("age", 19), "age BETWEEN 15 AND 19");
            assertDoesNotMatch(message().with("age", 20), "age BETWEEN 15 AND 19", "age BETWEEN 30 AND 10");
        }

        @Test
        void notBetweenIsBelowOrAbove() {
            assertMatches(message().with("age", 14), "age NOT BETWEEN 15 AND 19", "NOT age BETWEEN 15 AND 19");
            assertMatches(message().with("age", 20), "age NOT BETWEEN 15 AND 19");
            assertDoesNotMatch(message().with("age", 15), "age NOT BETWEEN 15 AND 19");
        }

        @Test
        void knowsWhatOneEndSettles() {
            var message = message().with("age", 20);
            assertMatches(
                    message,
                    "age NOT BETWEEN nothing AND 19",
                    "NOT age BETWEEN nothing AND 19",
                    "age NOT BETWEEN 30 AND nothing");
            assertUnknown(
                    message, "age BETWEEN nothing AND 30", "age BETWEEN 10 AND nothing", "nothing BETWEEN 1 AND 2");
            assertUnknown(message, "age NOT BETWEEN nothing AND 30", "nothing NOT BETWEEN 1 AND 2");
        }

        @Test
        void ofWhatIsNoNumberIsFalse() {
            var message = message().with("text", "7").with("flag", true);
            assertDoesNotMatch(message, "text BETWEEN 5 AND 10", "text NOT BETWEEN 5 AND 10", "flag BETWEEN 0 AND 2");
        }
    }

    @Nested
    class In {
        @Test
        void findsAStringInTheList() {
            String list = "('UK', 'US', 'France', 'United States of America', '', 'Côte d''Ivoire')";
            assertMatches(message().with("c", "UK"), "c IN " + list);
            assertMatches(message().with("c", "United States of America"), "c IN " + list);
            assertMatches(message().with("c", ""), "c IN " + list);
            assertMatches(message().with("c", "Côte d'Ivoire"), "c IN " + list, "c IN ('Côte d''Ivoire')");
            assertMatches(message().with("c", "Peru"), "c NOT IN " + list, "NOT c IN " + list);
            assertDoesNotMatch(message().with("c", "Peru"), "c IN " + list);
            assertDoesNotMatch(message().with("c", "uk"), "c IN " + list);
            assertDoesNotMatch(message().with("c", "UK"), "c NOT IN " + list);
            assertDoesNotMatch(message().with("c", "United States of Americb"), "c IN " + list);
        }

        @Test
        void ofNullIsUnknown() {
            assertUnknown(message(), "c IN ('UK')", "c NOT IN ('UK')");
        }

        @Test
        void ofWhatIsNoStringIsUnknown() {
            assertUnknown(message().with("c", 0).with("d", true), "c IN ('0')", "c NOT IN ('a')", "d NOT IN ('true')");
        }
    }

    @Nested
    class Like {
        @Test
        void percentIsAnySequence() {
            assertMatches(
                    message().with("phone", "123"),
                    "phone LIKE '12%3'",
                    "phone LIKE '%'",
                    "phone LIKE '%123%'",
                    "phone LIKE '%%2%%'");
            assertMatches(
                    message().with("phone", "12993"), "phone LIKE '12%3'", "phone LIKE '1%9%3'", "phone LIKE '%99%'");
            assertDoesNotMatch(
                    message().with("phone", "1234"), "phone LIKE '12%3'", "phone LIKE '%5%'", "phone LIKE '34%'");
            assertMatches(message().with("e", ""), "e LIKE '%'", "e LIKE ''", "e NOT LIKE '_'", "e NOT LIKE '_%'");
            assertMatches(
                    message().with("r", "abababac"),
                    "r LIKE '%abac'",
                    "r LIKE '%aba%ac'",
                    "r LIKE 'ab%ab%ab%'",
                    "r NOT LIKE '%abab%abab%'");
        }

        @Test
        void severalPercentsAreOne() {
            assertDoesNotMatch(message().with("s", "ab"), "s LIKE 'ab%%ab%'", "s LIKE '%ab%%ab%'", "s LIKE 'ab%%b'");
            assertMatches(message().with("s", "abab"), "s LIKE 'ab%%ab%'", "s LIKE '%%ab%%%ab%%'");
        }

        @Test
        void piecesAreFoundBehindTheirOwnBeginnings() {
            assertMatches(message().with("s", "aaab"), "s LIKE '%aab%'", "s LIKE '%aa%b%'");
            assertMatches(message().with("s", "abcababcabd"), "s LIKE '%abcabd%'", "s LIKE '%babcab%'");
            assertMatches(message().with("s", "aabaabaaab"), "s LIKE '%aabaaab%'", "s NOT LIKE '%aabaaaab%'");
        }

        @Test
        void piecesNeverOverlap() {
            assertDoesNotMatch(message().with("s", "aba"), "s LIKE 'ab%ba'", "s LIKE '%ab%ba%'", "s LIKE 'aba%a'");
            assertMatches(message().with("s", "abba"), "s LIKE 'ab%ba'", "s LIKE '%ab%ba%'");
        }

        @Test
        void underscoreIsOneCharacter() {
            assertMatches(
                    message().with("word", "lose"),
                    "word LIKE 'l_se'",
                    "word LIKE '____'",
                    "word LIKE '%_e'",
                    "word LIKE '_%'");
            assertDoesNotMatch(message().with("word", "loose"), "word LIKE 'l_se'", "word LIKE '____'");
            assertDoesNotMatch(message().with("word", "lse"), "word LIKE 'l_se'");
        }

        @Test
        void whatFollowsATextInTheMessageIsNoPartOfIt() {
            // The length of the name behind it begins with a byte that would go on with a character.
            var message = message().with("s", "a").with("x".repeat(128), 1);
            assertMatches(message, "s LIKE '_'", "s LIKE '%_'", "s LIKE '_%'", "s LIKE '%_%'");
            assertDoesNotMatch(message, "s LIKE '__'", "s LIKE '_%_'");
        }

        @Test
        void underscoreIsOneCharacterHoweverManyBytesItHas() {
            var message = message().with("word", "ä世\uD83D\uDE00z");
            assertMatches(
                    message,
                    "word LIKE '____'",
                    "word LIKE 'ä_\uD83D\uDE00z'",
                    "word LIKE '_世%'",
                    "word LIKE '%_z'",
                    "word LIKE '%__\uD83D\uDE00_'");
            assertMatches(message, "word LIKE '%世_z'", "word LIKE '_%_%_%_'", "word LIKE '%_\uD83D\uDE00%'");
            assertDoesNotMatch(
                    message, "word LIKE '___'", "word LIKE '_____'", "word LIKE '_%_%_%_%_'", "word LIKE '%_ä%'");
        }

        @Test
        void escapeTakesAwayTheMeaning() {
            assertMatches(message().with("underscored", "_foo"), "underscored LIKE '\\_%' ESCAPE '\\'");
            assertDoesNotMatch(message().with("underscored", "bar"), "underscored LIKE '\\_%' ESCAPE '\\'");
            assertMatches(message().with("a", "_foo%foo"), "a LIKE 'A_fo_A%f%' ESCAPE 'A'");
            assertMatches(message().with("a", "_A"), "a NOT LIKE 'A_A_' ESCAPE 'A'");
            assertMatches(message().with("a", "_a%b"), "a LIKE '\\__\\%%' ESCAPE '\\'");
            assertMatches(
                    message().with("a", "50%!"),
                    "a LIKE '50!%!!' ESCAPE '!'",
                    "a LIKE '__%%!' ESCAPE '%'",
                    "a LIKE '%ö%!' ESCAPE 'ö'");
            assertMatches(message().with("a", "'_"), "a LIKE '''''''_' ESCAPE ''''");
        }

        @Test
        void allOtherCharactersStandForThemselves() {
            assertMatches(message().with("a", "[a-z]*.?\\"), "a LIKE '[a-z]*.?\\'");
            assertDoesNotMatch(message().with("a", "b"), "a LIKE '[a-z]'", "a LIKE '.'", "a LIKE '*'", "a LIKE 'B'");
        }

        @Test
        void notLikeIsTheOpposite() {
            assertMatches(message().with("phone", "1234"), "phone NOT LIKE '12%3'", "NOT phone LIKE '12%3'");
            assertDoesNotMatch(message().with("phone", "123"), "phone NOT LIKE '12%3'");
        }

        @Test
        void ofNullOrNoStringIsUnknown() {
            assertUnknown(
                    message().with("n", 123),
                    "nothing LIKE '%'",
                    "nothing NOT LIKE 'a'",
                    "n LIKE '1_3'",
                    "n NOT LIKE 'x'");
        }
    }

    @Nested
    class Nulls {
        @Test
        void areAskedForByIsNull() {
            var message = message().with("here", 1).with("explicit", null);
            assertMatches(message, "gone IS NULL", "here IS NOT NULL", "explicit IS NULL", "(gone) IS NULL");
            assertDoesNotMatch(message, "gone IS NOT NULL", "here IS NULL", "explicit IS NOT NULL");
            assertMatches(message, "NOT gone IS NOT NULL", "NOT here IS NULL");
        }

        @Test
        void followTheTableOfAnd() {
            var message = message().with("t", true).with("f", false);
            assertMatches(message, "t AND t", "NOT (f AND u)", "NOT (u AND f)", "NOT (t AND f)", "NOT (f AND f)");
            assertUnknown(message, "t AND u", "u AND t", "u AND u");
        }

        @Test
        void followTheTableOfOr() {
            var message = message().with("t", true).with("f", false);
            assertMatches(message, "t OR u", "u OR t", "t OR f", "f OR t", "NOT (f OR f)");
            assertUnknown(message, "f OR u", "u OR f", "u OR u");
        }

        @Test
        void followTheTableOfNot() {
            var message = message().with("t", true).with("f", false);
            assertMatches(message, "NOT f", "NOT NOT t");
            assertDoesNotMatch(message, "NOT t");
            assertUnknown(message, "u", "NOT u", "NOT NOT u");
        }

        @Test
        void aFlagThatIsNoBooleanIsUnknown() {
            assertUnknown(message().with("s", "true").with("n", 1), "s", "n");
        }
    }
}
