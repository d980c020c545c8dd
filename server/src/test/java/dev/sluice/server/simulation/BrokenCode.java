package dev.sluice.server.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** The classes of the product once more, with one method of them broken: loaded apart from the real ones, so that nothing else sees them. */
final class BrokenCode extends ClassLoader {
    private static final String OURS = "dev.sluice.";

    private final Map<String, byte[]> broken;

    private BrokenCode(Map<String, byte[]> broken) {
        super(BrokenCode.class.getClassLoader());
        this.broken = broken;
    }

    /** The simulation of what results when {@code advice} is woven into a method: of a seed it says what was wrong, or null. */
    static LongFunction<@Nullable String> with(
            String type, ElementMatcher<? super MethodDescription> method, Class<?> advice) {
        ClassFileLocator files = ClassFileLocator.ForClassLoader.of(BrokenCode.class.getClassLoader());
        var description =
                net.bytebuddy.pool.TypePool.Default.of(files).describe(type).resolve();
        byte[] bytes = new ByteBuddy()
                .redefine(description, files)
                .visit(Advice.to(advice).on(method))
                .make()
                .getBytes();
        return simulation(new BrokenCode(Map.of(type, bytes)));
    }

    private static LongFunction<@Nullable String> simulation(ClassLoader loader) {
        try {
            Class<?> type = loader.loadClass(Played.class.getName());
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            @SuppressWarnings("unchecked")
            LongFunction<@Nullable String> played = (LongFunction<@Nullable String>) constructor.newInstance();
            return played;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Loaded with the broken code: plays a seed. */
    static final class Played implements LongFunction<@Nullable String> {
        private final Simulation simulation = new Simulation();

        @Override
        public @Nullable String apply(long seed) {
            Throwable failure = simulation.play(seed, null).failure();
            return failure == null ? null : failure.toString();
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = broken.get(name);
        if (bytes == null) {
            try (InputStream in =
                    Objects.requireNonNull(getParent()).getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException fault) {
                throw new ClassNotFoundException(name, fault);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
