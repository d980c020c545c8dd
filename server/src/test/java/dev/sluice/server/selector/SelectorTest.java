package dev.sluice.server.selector;

import static dev.sluice.server.selector.MessageFixture.OFFSET;
import static dev.sluice.server.selector.MessageFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A selector as the rest of the server uses it. */
class SelectorTest {
    @Test
    void aBlankTextIsNoSelector() throws SelectorException {
        for (String blank : new String[] {"", " ", " \t\r\n\f "}) {
            assertThat(Selector.parse(blank).matchesAll()).isTrue();
            assertThat(message().matches(blank)).isTrue();
        }
        assertThat(Selector.parse("TRUE").matchesAll()).isFalse();
    }

    @Test
    void equalityKnowsWhatMattersInTheText() throws SelectorException {
        assertThat(Selector.parse("a='x' and  b is not null")).isEqualTo(Selector.parse("a = 'x' AND b IS NOT NULL"));
        assertThat(Selector.parse("a='x' and  b is null")).hasSameHashCodeAs(Selector.parse("a = 'x' AND b IS NULL"));
        assertThat(Selector.parse("a = 1E3")).isEqualTo(Selector.parse("a = 1e3"));
        assertThat(Selector.parse("a = 'x'")).isNotEqualTo(Selector.parse("a = 'X'"));
        assertThat(Selector.parse("a = 'x'")).isNotEqualTo(Selector.parse("A = 'x'"));
        assertThat(Selector.parse("a = ' x'")).isNotEqualTo(Selector.parse("a = 'x'"));
        assertThat(Selector.parse("a = 1")).isNotEqualTo(Selector.parse("a = 2"));
        assertThat(Selector.parse("a = 1")).isNotEqualTo(Selector.parse("a <> 1"));
        assertThat(Selector.parse("a OR b")).isNotEqualTo(Selector.parse("a AND b"));
        assertThat(Selector.parse("a AND b").hashCode())
                .isNotEqualTo(Selector.parse("a OR b").hashCode());
        assertThat(Selector.parse(" a  = 1")).hasToString(" a  = 1");
        assertThat(Selector.parse(" ")).isEqualTo(Selector.parse(""));
        assertThat(Selector.parse(" a = 1").text()).isEqualTo(" a = 1");
    }

    @Test
    void anEvaluatorForgetsTheMessageBefore() throws SelectorException {
        SelectorEvaluator evaluator =
                Selector.parse("a = 1 AND JMSType = 't' AND b + 1 > 1").evaluator();
        UnsafeBuffer matching = message().with("a", 1).with("b", 1).type("t").encode();
        UnsafeBuffer other = message().with("a", 1).type("t").encode();
        for (int round = 0; round < 3; round++) {
            assertThat(evaluator.matches(matching, OFFSET, matching.capacity() - OFFSET))
                    .isTrue();
            assertThat(evaluator.matches(other, OFFSET, other.capacity() - OFFSET))
                    .isFalse();
            assertThat(evaluator.matches(other, 0, other.capacity())).isFalse();
        }
    }

    @Test
    void propertiesAreFoundInAnyOrder() {
        var message =
                message().with("a", 1).with("b", 2).with("c", 3).with("aa", 4).with("", 5);
        assertThat(message.matches("c = 3 AND a = 1 AND b = 2 AND aa = 4 AND a + b = c AND gone IS NULL AND c = 3"))
                .isTrue();
    }

    @Test
    void aHeadersNameAmongThePropertiesIsNotTheHeader() {
        assertThat(message().with("JMSType", "x").with("JMSPriority", 9).matches("JMSType IS NULL AND JMSPriority = 4"))
                .isTrue();
    }

    @Test
    void oneSelectorServesManyThreads() throws Exception {
        Selector selector = Selector.parse("color = 'red' AND size * 2 > 6");
        UnsafeBuffer red = message().with("color", "red").with("size", 4).encode();
        UnsafeBuffer blue = message().with("color", "blue").with("size", 4).encode();
        Callable<Boolean> work = () -> {
            boolean right = true;
            for (int round = 0; round < 10_000; round++) {
                right &= selector.matches(red, OFFSET, red.capacity() - OFFSET);
                right &= !selector.matches(blue, OFFSET, blue.capacity() - OFFSET);
            }
            return right;
        };
        var threads = Executors.newFixedThreadPool(4);
        try {
            var outcomes = new ArrayList<Future<Boolean>>();
            for (int thread = 0; thread < 4; thread++) {
                outcomes.add(threads.submit(work));
            }
            for (Future<Boolean> outcome : outcomes) {
                assertThat(outcome.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anEnvelopeMayBeginWhereItsBufferDoes() throws SelectorException {
        UnsafeBuffer buffer = message().with("a", 1).encode();
        byte[] envelope = new byte[buffer.capacity() - OFFSET];
        buffer.getBytes(OFFSET, envelope);
        assertThat(Selector.parse("a = 1").matches(new UnsafeBuffer(envelope), 0, envelope.length))
                .isTrue();
    }

    @Test
    void theLastPropertyMayBeAsShortAsCanBe() throws SelectorException {
        for (String name : new String[] {"a", ""}) {
            UnsafeBuffer buffer = message().with("b", 1).with(name, null).encode();
            // Without a body nothing but its length is behind the properties.
            int end = buffer.capacity() - "the body".length();
            buffer.putInt(end - Integer.BYTES, 0);
            var envelope = new UnsafeBuffer(buffer, 0, end);
            assertThat(Selector.parse("b = 1 AND gone IS NULL AND a IS NULL").matches(envelope, OFFSET, end - OFFSET))
                    .isTrue();
        }
    }
}
