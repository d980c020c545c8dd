package dev.sluice.tck;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the run was told by system properties.
 *
 * @param jars the TCK and what of it is not the provider's: {@code tck.jar} and {@code tck.common.jar}
 * @param expected the fewest tests that are a whole run: {@code tck.expected}
 * @param workers tests at a time, each with a server of its own: {@code tck.workers}
 * @param limit the longest that a test may take: {@code tck.limit}, in seconds
 * @param only the tests to run, by their full names; all by default: {@code tck.only}
 */
record TckOptions(List<Path> jars, int expected, int workers, Duration limit, Pattern only) {
    private static final String ALL = ".*";

    static TckOptions read() {
        List<Path> jars = Stream.of("tck.jar", "tck.common.jar")
                .flatMap(name -> Arrays.stream(required(name).split(File.pathSeparator)))
                .map(Path::of)
                .toList();
        for (Path jar : jars) {
            if (!Files.isRegularFile(jar)) {
                throw new IllegalStateException(
                        "there is no " + jar
                                + "; give the jar of the Jakarta Messaging TCK by -Dtck.jar=PATH, or install it in the local repository");
            }
        }
        return new TckOptions(
                jars,
                Integer.parseInt(required("tck.expected")),
                Integer.parseInt(required("tck.workers")),
                Duration.ofSeconds(Long.parseLong(required("tck.limit"))),
                Pattern.compile(System.getProperty("tck.only", ALL)));
    }

    /** Whether nothing is left out. */
    boolean isWhole() {
        return only.pattern().equals(ALL);
    }

    String jarPath() {
        return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    }

    private static String required(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException(
                    "the property " + name + " is missing; run this by the profile: mvn -Ptck verify");
        }
        return value;
    }
}
