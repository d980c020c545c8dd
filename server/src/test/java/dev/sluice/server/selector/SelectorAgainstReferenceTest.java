package dev.sluice.server.selector;

import static dev.sluice.server.selector.MessageFixture.OFFSET;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random selectors on random messages: the compiled selector and the plain reading of the specification agree. {@code -Dseed=N} runs one. */
class SelectorAgainstReferenceTest {
    private static final int SELECTORS = 5_000;
    private static final int MESSAGES_EACH = 4;

    @Test
    void compiledSelectorsMeanWhatTheSpecificationSays() throws SelectorException {
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? SELECTORS : only + 1); seed++) {
            compare(seed);
        }
    }

    private static void compare(long seed) throws SelectorException {
        var random = new SplittableRandom(seed);
        var reference = new ReferenceSelector(random);
        ReferenceSelector.Part condition = reference.condition(random.nextInt(5));
        SelectorEvaluator evaluator = Selector.parse(condition.text()).evaluator();
        SelectorEvaluator opposite =
                Selector.parse("NOT (" + condition.text() + ")").evaluator();
        for (int message = 0; message < MESSAGES_EACH; message++) {
            var properties = new HashMap<String, @Nullable Object>();
            var fixture = MessageFixture.message();
            for (String name : ReferenceSelector.NAMES) {
                if (!name.equals("gone") && random.nextInt(6) > 0) {
                    Object value = reference.randomValue();
                    properties.put(name, value);
                    fixture = fixture.with(name, value);
                }
            }
            UnsafeBuffer buffer = fixture.encode();
            Object expected = condition.of(properties);
            int length = buffer.capacity() - OFFSET;
            String as = describe(seed, condition.text(), properties);
            assertThat(evaluator.matches(buffer, OFFSET, length)).as(as).isEqualTo(Boolean.TRUE.equals(expected));
            assertThat(opposite.matches(buffer, OFFSET, length))
                    .as("NOT, " + as)
                    .isEqualTo(Boolean.FALSE.equals(expected));
        }
    }

    private static String describe(long seed, String selector, Map<String, @Nullable Object> properties) {
        return "seed=" + seed + ": " + selector + " on " + properties;
    }
}
