package dev.sluice.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * Runs a test once for each seed from 0 on; the test takes a {@link SplittableRandom} that comes from the seed alone. {@code -Dseed=N}
 * runs only that one, {@code -Dseeds=N} runs N of them whatever the test says.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(Seeded.Seeds.class)
public @interface Seeded {
    /** How many seeds. */
    int runs() default 200;

    /** Names each run by its seed and hands the test its generator. */
    final class Seeds implements TestTemplateInvocationContextProvider {
        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            @Nullable Long only = Long.getLong("seed");
            Seeded seeded = context.getRequiredTestMethod().getAnnotation(Seeded.class);
            long runs = Long.getLong("seeds", seeded.runs());
            LongStream seeds = only == null ? LongStream.range(0, runs) : LongStream.of(only);
            return seeds.mapToObj(Run::new);
        }
    }

    /** One seed. */
    record Run(long seed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return "seed=" + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Generator(seed));
        }
    }

    /** Hands the generator of one seed to the test. */
    record Generator(long seed) implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SplittableRandom.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return new SplittableRandom(seed);
        }
    }
}
