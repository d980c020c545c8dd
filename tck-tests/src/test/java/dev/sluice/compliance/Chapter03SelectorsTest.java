package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors, as a client sees them: which messages come, and which selectors are refused. */
class Chapter03SelectorsTest extends Exchange {
    /** A message with a property of each type, which {@link #matching} asks about. */
    private Message sample() throws JMSException {
        TextMessage message = text("body");
        message.setStringProperty("color", "blue");
        message.setStringProperty("quote", "it's");
        message.setStringProperty("digits", "2");
        message.setStringProperty("empty", "");
        message.setStringProperty("under", "_foo");
        message.setStringProperty("percent", "100%");
        message.setStringProperty("back", "a\\b");
        message.setStringProperty("lines", "one\ntwo");
        message.setStringProperty("ünïcode", "Zürich 😀");
        message.setByteProperty("b", (byte) 5);
        message.setShortProperty("s", (short) 5);
        message.setIntProperty("n", 5);
        message.setIntProperty("top", Integer.MAX_VALUE);
        message.setLongProperty("big", Long.MAX_VALUE);
        message.setLongProperty("small", Long.MIN_VALUE);
        message.setFloatProperty("f", 0.1f);
        message.setDoubleProperty("d", 2.5);
        message.setDoubleProperty("nan", Double.NaN);
        message.setBooleanProperty("yes", true);
        message.setBooleanProperty("no", false);
        message.setStringProperty("nothing", null);
        message.setJMSType("car");
        message.setJMSCorrelationID("c-1");
        return message;
    }

    /** Those of the selectors that match the sample. */
    private List<String> matching(String... selectors) throws JMSException {
        producer.send(sample(), DeliveryMode.NON_PERSISTENT, 6, 0);
        List<String> matching = new ArrayList<>();
        for (String selector : selectors) {
            try (var browser = session.createBrowser(queue, selector)) {
                if (browser.getEnumeration().hasMoreElements()) {
                    matching.add(selector);
                }
            }
        }
        return matching;
    }

    private void allMatch(String... selectors) throws JMSException {
        assertThat(matching(selectors)).containsExactly(selectors);
    }

    private void noneMatches(String... selectors) throws JMSException {
        assertThat(matching(selectors)).isEmpty();
    }

    @Test
    @Section("3.8.1.1")
    void literalsAreThoseOfTheLanguage() throws JMSException {
        allMatch(
                "color = 'blue'",
                "quote = 'it''s'",
                "empty = ''",
                "ünïcode = 'Zürich 😀'",
                "n = 5",
                "n = +5",
                "-n = -5",
                "n = 5.",
                "n = 5.0",
                "n = 5E0",
                "n = 50e-1",
                "n = .5E1",
                "n = 0x5",
                "n = 05",
                "n = 5L",
                "d = 2.5d",
                "big = 9223372036854775807",
                "small = -9223372036854775808",
                "yes = TRUE",
                "no = false",
                "yes = tRuE");
    }

    @Test
    @Section("3.8.1.1")
    void stringsAreEqualOnlyCharacterByCharacter() throws JMSException {
        noneMatches("color = 'Blue'", "color = 'blue '", "color = ' blue'", "quote = 'its'", "empty = ' '");
        allMatch("color <> 'Blue'", "color <> ''");
    }

    @Test
    @Section("3.8.1.1")
    void keywordsAreOfAnyCaseAndIdentifiersOfOne() throws JMSException {
        allMatch(
                "color = 'blue' and Not (n = 6) oR no",
                "n BeTwEeN 1 aNd 9",
                "color lIkE 'b%' EsCaPe '!'",
                "color iN ('blue')",
                "absent iS nUlL",
                "Color IS NULL",
                "COLOR IS NULL");
    }

    @Test
    @Section("3.8.1.1")
    void whiteSpaceIsThatOfJava() throws JMSException {
        allMatch(" \t\f\r\nn\t=\n5 ", "n=5AND color='blue'", "(n=5)AND(color='blue')", "NOT(n=6)");
    }

    @Test
    @Section("3.8.1.1")
    void notBindsMoreThanAndAndThisMoreThanOr() throws JMSException {
        allMatch(
                "yes OR no AND no",
                "NOT no AND yes",
                "NOT no OR yes",
                "NOT (no AND yes)",
                "no AND no OR yes",
                "NOT NOT yes",
                "NOT n = 6");
        noneMatches("(yes OR no) AND no", "NOT (yes OR no)", "NOT yes OR no");
    }

    @Test
    @Section("3.8.1.1")
    void arithmeticBindsAsInJava() throws JMSException {
        allMatch(
                "n + 2 * 3 = 11",
                "(n + 2) * 3 = 21",
                "n - 2 - 1 = 2",
                "20 / n / 2 = 2",
                "-n + 10 = n",
                "n * -1 = -5",
                "n - -1 = 6",
                "+n = 5",
                "n + 1 > n AND n - 1 < n");
    }

    @Test
    @Section("3.8.1.1")
    void numbersArePromotedAsInJava() throws JMSException {
        allMatch(
                "n / 2 = 2",
                "n / 2. = 2.5",
                "b + s = 10",
                "n = s AND s = b",
                "d * 2 = n",
                "d > 2 AND d < 3",
                "n < 5.5",
                "f > 0 AND f < 1",
                "f <> 0.1",
                "big > top",
                "top + 1L > top",
                "big = 9223372036854775807 AND big > 9223372036854775806");
    }

    @Test
    @Section("3.8.1.1")
    void allComparisonsOfNumbersAreThere() throws JMSException {
        allMatch("n = 5", "n <> 4", "n > 4", "n >= 5", "n < 6", "n <= 5", "4 < n", "5 = n", "n = n");
        noneMatches("n = 4", "n <> 5", "n > 5", "n >= 6", "n < 5", "n <= 4", "nan = nan", "nan > 0", "nan < 0");
    }

    @Test
    @Section("3.8.1.1")
    void valuesOfUnlikeTypesAreNeitherEqualNorDifferent() throws JMSException {
        noneMatches(
                "digits = 2",
                "digits <> 2",
                "digits > 1",
                "color = 5",
                "color <> 5",
                "n = '5'",
                "n <> '5'",
                "yes = 'true'",
                "yes <> 'true'",
                "yes = 1",
                "n = TRUE",
                "digits BETWEEN 1 AND 3");
    }

    @Test
    @Section("3.8.1.1")
    void betweenIncludesItsEnds() throws JMSException {
        allMatch(
                "n BETWEEN 5 AND 6",
                "n BETWEEN 4 AND 5",
                "n BETWEEN 5 AND 5",
                "n NOT BETWEEN 6 AND 9",
                "n NOT BETWEEN 9 AND 1",
                "d BETWEEN 2 AND 3",
                "n + 1 BETWEEN n AND n * 2",
                "NOT n BETWEEN 6 AND 7");
        noneMatches("n BETWEEN 6 AND 4", "n NOT BETWEEN 5 AND 5", "n BETWEEN 5.1 AND 6");
    }

    @Test
    @Section("3.8.1.1")
    void inLooksForAString() throws JMSException {
        allMatch("color IN ('red', 'blue')", "color IN ('blue')", "color NOT IN ('red')", "quote IN ('it''s')");
        noneMatches("color IN ('red')", "color NOT IN ('red', 'blue')", "NOT color IN ('blue')", "digits IN ('1')");
    }

    @Test
    @Section("3.8.1.1")
    void likeHasTwoSignsAndAnEscape() throws JMSException {
        allMatch(
                "color LIKE 'blue'",
                "color LIKE 'b%'",
                "color LIKE '%e'",
                "color LIKE '%lu%'",
                "color LIKE '%'",
                "color LIKE 'blue%'",
                "color LIKE '_lu_'",
                "color LIKE '____'",
                "color LIKE 'b%_'",
                "empty LIKE ''",
                "empty LIKE '%'",
                "under LIKE '\\_%' ESCAPE '\\'",
                "under LIKE '!_foo' ESCAPE '!'",
                "percent LIKE '100!%' ESCAPE '!'",
                "percent LIKE '%!%' ESCAPE '!'",
                "back LIKE 'a\\b'",
                "back LIKE 'a\\\\b' ESCAPE '\\'",
                "lines LIKE 'one%two'",
                "lines LIKE 'one_two'",
                "quote LIKE 'it''_'",
                "color NOT LIKE 'r%'",
                "ünïcode LIKE 'Z_rich%'");
        noneMatches(
                "color LIKE 'lue'",
                "color LIKE '___'",
                "color LIKE '_____'",
                "color LIKE 'B%'",
                "color LIKE 'b.*'",
                "color LIKE '!_lue' ESCAPE '!'",
                "percent LIKE '%!%%1' ESCAPE '!'",
                "empty LIKE '_'",
                "color NOT LIKE 'b%'");
    }

    @Test
    @Section("3.8.1.2")
    void whatIsUnknownMatchesNeitherAsItIsNorNegated() throws JMSException {
        noneMatches(
                "absent = 1",
                "NOT absent = 1",
                "absent <> 1",
                "absent = absent",
                "absent = 'x'",
                "absent",
                "NOT absent",
                "absent + 1 = 1",
                "NOT (absent + 1 = 1)",
                "-absent = 1",
                "absent BETWEEN 1 AND 2",
                "absent NOT BETWEEN 1 AND 2",
                "n BETWEEN absent AND 9",
                "absent IN ('a')",
                "absent NOT IN ('a')",
                "absent LIKE '%'",
                "absent NOT LIKE 'a'",
                "nothing = 'x'",
                "nothing <> 'x'");
    }

    @Test
    @Section("3.8.1.2")
    void isNullTellsWhatIsNotThere() throws JMSException {
        allMatch(
                "absent IS NULL",
                "nothing IS NULL",
                "color IS NOT NULL",
                "empty IS NOT NULL",
                "NOT color IS NULL",
                "JMSType IS NOT NULL");
        noneMatches("color IS NULL", "absent IS NOT NULL", "nothing IS NOT NULL");
    }

    @Test
    @Section("3.8.1.2")
    void theThreeValuesFollowTheTables() throws JMSException {
        allMatch(
                "yes AND yes",
                "yes OR no",
                "no OR yes",
                "yes OR absent",
                "absent OR yes",
                "NOT (no AND absent)",
                "NOT (absent AND no)",
                "NOT (no OR no)");
        noneMatches(
                "yes AND no",
                "yes AND absent",
                "absent AND yes",
                "NOT (yes AND absent)",
                "no AND absent",
                "absent AND absent",
                "no OR absent",
                "NOT (no OR absent)",
                "absent OR absent",
                "NOT (absent OR absent)",
                "NOT (absent OR yes)");
    }

    @Test
    @Section({"3.8.1.1", "3.8.1.3"})
    void someFieldsOfTheHeaderCanBeAskedFor() throws JMSException {
        allMatch(
                "JMSType = 'car'",
                "JMSCorrelationID = 'c-1'",
                "JMSCorrelationID LIKE 'c-_'",
                "JMSPriority = 6",
                "JMSPriority BETWEEN 5 AND 9",
                "JMSDeliveryMode = 'NON_PERSISTENT'",
                "JMSDeliveryMode <> 'PERSISTENT'",
                "JMSMessageID LIKE 'ID:%'",
                "JMSTimestamp > 1500000000000");
    }

    @Test
    @Section("3.8.1.3")
    void aMessageIdAndATimeAreFoundAsTheSenderHasThem() throws JMSException {
        Message sent = text("m");
        producer.send(sent);
        String selector =
                "JMSMessageID = '" + sent.getJMSMessageID() + "' AND JMSTimestamp = " + sent.getJMSTimestamp();
        assertThat(session.createBrowser(queue, selector).getEnumeration().hasMoreElements())
                .isTrue();
    }

    @Test
    @Section("3.8.1")
    void theBodyCannotBeAskedFor() throws JMSException {
        jakarta.jms.MapMessage map = session.createMapMessage();
        map.setInt("n", 5);
        producer.send(map);
        assertThat(session.createBrowser(queue, "n = 5").getEnumeration().hasMoreElements())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n =",
                "= 5",
                "n = 5 AND",
                "AND n = 5",
                "n 5",
                "n = = 5",
                "n == 5",
                "n != 5",
                "(n = 5",
                "n = 5)",
                "()",
                "color = 'blue",
                "color = \"blue\"",
                "color > 'a'",
                "yes < TRUE",
                "5",
                "'blue'",
                "n + 1",
                "n BETWEEN 1",
                "n BETWEEN 1 OR 2",
                "n BETWEEN 'a' AND 'b'",
                "color IN ()",
                "color IN ('a',)",
                "color IN 'a'",
                "color IN (1, 2)",
                "'blue' IN ('blue')",
                "color LIKE blue",
                "color LIKE 5",
                "'blue' LIKE 'b%'",
                "color LIKE 'b%' ESCAPE 'ab'",
                "color LIKE 'b%' ESCAPE ''",
                "color LIKE 'b%' ESCAPE 5",
                "color IS",
                "color IS NOT",
                "color IS TRUE",
                "NULL = 5",
                "color = NULL",
                "NOT",
                "LIKE = 5",
                "1n = 5",
                "n-.5a = 1",
                "a.b = 5",
                "n = 5 -- a comment",
                "n = 5 /* comment */",
                "n = 9223372036854775808",
                "JMSDestination = 'x'",
                "JMSReplyTo IS NULL",
                "JMSExpiration = 0",
                "JMSRedelivered = TRUE",
                "n = 5;",
                "TRUE = n = 5",
                "n % 2 = 1"
            })
    @Section({"3.8.1.1", "3.8.1.3"})
    void aSelectorThatIsWrongIsRefusedWhereItIsGiven(String selector) throws JMSException {
        assertThatThrownBy(() -> session.createConsumer(queue, selector)).isInstanceOf(InvalidSelectorException.class);
    }

    @Test
    @Section("3.8.1.1")
    void everyMethodThatTakesASelectorRefusesAWrongOne() throws JMSException {
        String wrong = "n = = 5";
        Topic topic = session.createTopic(Peer.name("selected"));
        var client = peer.connection("client-" + Peer.name("id")).createSession();
        assertThatThrownBy(() -> session.createConsumer(topic, wrong, true))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createBrowser(queue, wrong).getEnumeration())
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(topic, "s", wrong))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "sd", wrong))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> client.createDurableConsumer(topic, "d", wrong, false))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> client.createDurableSubscriber(topic, "ds", wrong, false))
                .isInstanceOf(InvalidSelectorException.class);
        try (JMSContext context = peer.factory().createContext()) {
            assertThatThrownBy(() -> context.createConsumer(queue, wrong))
                    .isInstanceOf(InvalidSelectorRuntimeException.class);
            assertThatThrownBy(() -> context.createSharedConsumer(topic, "s", wrong))
                    .isInstanceOf(InvalidSelectorRuntimeException.class);
            assertThatThrownBy(() -> context.createBrowser(queue, wrong).getEnumeration())
                    .isInstanceOfAny(InvalidSelectorRuntimeException.class, InvalidSelectorException.class);
        }
    }

    @Test
    @Section("3.8.1.1")
    void anEmptySelectorIsNone() throws JMSException {
        producer.send(text("m"));
        try (MessageConsumer consumer = session.createConsumer(queue, "")) {
            assertThat(consumer.getMessageSelector()).isNull();
            assertThat(Peer.text(consumer)).isEqualTo("m");
        }
        try (MessageConsumer consumer = session.createConsumer(queue, null)) {
            assertThat(consumer.getMessageSelector()).isNull();
        }
        try (MessageConsumer consumer = session.createConsumer(queue, "n = 5")) {
            assertThat(consumer.getMessageSelector()).isEqualTo("n = 5");
        }
    }

    @Test
    @Section({"3.8", "3.8.1"})
    void onlyWhatMatchesIsDelivered() throws JMSException {
        Topic topic = session.createTopic(Peer.name("selected"));
        MessageConsumer ofTopic = session.createConsumer(topic, "n > 1");
        MessageConsumer ofQueue = session.createConsumer(queue, "n > 1");
        for (int number = 0; number < 4; number++) {
            TextMessage message = text("m" + number);
            message.setIntProperty("n", number);
            producer.send(message);
            session.createProducer(topic).send(message);
        }
        assertThat(rest(ofTopic)).containsExactly("m2", "m3");
        assertThat(rest(ofQueue)).containsExactly("m2", "m3");
        ofQueue.close();
        assertThat(rest(session.createConsumer(queue))).containsExactly("m0", "m1");
    }

    @Test
    @Section("3.8.1.1")
    void aVeryLongSelectorWorks() throws JMSException {
        producer.send(sample());
        StringBuilder selector = new StringBuilder("n = 0");
        for (int number = 1; number <= 300; number++) {
            selector.append(" OR n = ").append(number);
        }
        try (MessageConsumer consumer = session.createConsumer(queue, selector.toString())) {
            assertThat(Peer.next(consumer).getIntProperty("n")).isEqualTo(5);
        }
    }
}
