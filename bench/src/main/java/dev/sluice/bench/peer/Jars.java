package dev.sluice.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The jars of one peer: server and client, as {@code bench/peers/FOLDER/pom.xml} names them, in a folder of their own. */
record Jars(String folder) {
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    private static final int FETCH_MINUTES = 20;

    /** What of the bench's class path is Sluice's alone; a peer's client brings its own. */
    private static final List<String> SLUICE_ALONE = List.of("sluice-provider", "sluice-server", "netty-", "lmdbjava");

    /** The load generator logs its own way, whatever a peer logs with. */
    private static final List<String> LOGGING = List.of("slf4j-", "logback-", "log4j-");

    /** Copies the jars unless they are there and no older than the list. */
    void fetch(Home home) throws IOException, InterruptedException {
        Path list = home.templates(folder).resolve("pom.xml");
        Path jars = home.jars(folder);
        Path complete = jars.resolve("complete");
        if (Files.exists(complete)
                && Files.getLastModifiedTime(complete).compareTo(Files.getLastModifiedTime(list)) >= 0) {
            return;
        }
        Directories.delete(jars);
        System.err.println("bench: fetching the jars of " + folder + " …");
        Path output = Files.createTempFile("sluice-bench-", ".out");
        try {
            Process maven = new ProcessBuilder(
                            "mvn", "-q", "-B", "-f", list.toString(), COPY, "-DoutputDirectory=" + jars)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!maven.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
                maven.destroyForcibly();
                throw new IOException(
                        "Maven did not copy the jars of " + folder + " within " + FETCH_MINUTES + " minutes");
            }
            if (maven.exitValue() != 0) {
                throw new IOException("Maven could not copy the jars of " + folder + ":\n" + Output.tail(output));
            }
        } finally {
            Files.delete(output);
        }
        Path unused = Files.writeString(complete, "");
    }

    /** The version in the name of the jar of {@code artifact}. */
    String version(Home home, String artifact) throws IOException {
        try (Stream<Path> files = Files.list(home.jars(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(artifact + "-") && name.endsWith(".jar"))
                    .map(name -> name.substring(artifact.length() + 1, name.length() - ".jar".length()))
                    .filter(version -> Character.isDigit(version.charAt(0)))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no jar of " + artifact + " in " + home.jars(folder)));
        }
    }

    /** The class path of the server. */
    String classPath(Home home) {
        return home.jars(folder).resolve("*").toString();
    }

    /** A JVM that runs {@code main} on the server's class path. */
    List<String> java(Home home, List<String> options, String main) {
        List<String> command = new ArrayList<>();
        command.add(Home.java());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(home), main));
        return command;
    }

    /** The bench and its libraries without Sluice's client, then the peer's. */
    List<String> clientClassPath(Home home) throws IOException {
        List<String> path = new ArrayList<>();
        for (String entry : home.classPath()) {
            if (SLUICE_ALONE.stream()
                    .noneMatch(name -> entry.substring(entry.lastIndexOf(File.separatorChar) + 1)
                            .startsWith(name))) {
                path.add(entry);
            }
        }
        try (Stream<Path> files = Files.list(home.jars(folder))) {
            files.filter(Jars::isOfClient).map(Path::toString).sorted().forEach(path::add);
        }
        return path;
    }

    private static boolean isOfClient(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && LOGGING.stream().noneMatch(name::startsWith);
    }
}
