package dev.sluice.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The tests of the TCK that need no container. */
final class TckCatalog {
    private static final List<String> PACKAGES = List.of(TckTest.ROOT + "core", TckTest.ROOT + "core20");

    private TckCatalog() {}

    /** All of them, as JUnit finds them in {@code jars}. */
    static List<TckTest> read(List<Path> jars) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(urls(jars), TckCatalog.class.getClassLoader())) {
            thread.setContextClassLoader(loader);
            return tests(LauncherFactory.create()
                    .discover(LauncherDiscoveryRequestBuilder.request()
                            .selectors(PACKAGES.stream()
                                    .map(name -> selectPackage(name))
                                    .toList())
                            .build()));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static URL[] urls(List<Path> paths) {
        return paths.stream().map(TckCatalog::url).toArray(URL[]::new);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path + " is no place for a class loader", e);
        }
    }

    private static List<TckTest> tests(TestPlan plan) {
        List<TckTest> tests = new ArrayList<>();
        for (TestIdentifier root : plan.getRoots()) {
            for (TestIdentifier identifier : plan.getDescendants(root)) {
                if (identifier.isTest() && identifier.getSource().orElse(null) instanceof MethodSource method) {
                    tests.add(new TckTest(identifier.getUniqueId(), method.getClassName(), method.getMethodName()));
                }
            }
        }
        return tests;
    }
}
