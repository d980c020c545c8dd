package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a server holds at a moment.
 *
 * @param threads all of its JVM
 * @param threadsOfSluice those of them that the client of Sluice started
 * @param connections to Sluice
 * @param loaders class loaders that have the application's classes, after a collection of garbage
 */
record Footprint(int threads, int threadsOfSluice, int connections, int loaders) {
    private static final String ESTABLISHED = "01";

    /** Of {@code application}; the application that watches tells the threads. */
    static Footprint of(ApplicationServer server, Application application) throws IOException, InterruptedException {
        List<String> threads = server.get(Application.WATCH.context(), "threads", "");
        int sluices =
                (int) threads.stream().filter(name -> name.startsWith("sluice")).count();
        return new Footprint(threads.size(), sluices, connections(server.url()), loaders(server, application.probe()));
    }

    /** As the kernel has them. */
    private static int connections(String url) throws IOException {
        String port = String.format(Locale.ROOT, ":%04X", Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
        int count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > 3 && fields[2].endsWith(port) && fields[3].equals(ESTABLISHED)) {
                    count++;
                }
            }
        }
        return count;
    }

    /** How many class loaders have a class of this name, after collections of garbage: what one finds to be dead, the next may let go of. */
    static int loaders(ApplicationServer server, Class<?> type) throws IOException, InterruptedException {
        int before = Integer.MAX_VALUE;
        int now = count(server, type);
        while (now < before) {
            before = now;
            now = count(server, type);
        }
        return now;
    }

    private static int count(ApplicationServer server, Class<?> type) throws IOException, InterruptedException {
        List<String> ignored = server.diagnose("GC.run");
        return (int) server.diagnose("VM.classloaders", "show-classes").stream()
                .filter(line -> line.endsWith(" " + type.getName()))
                .count();
    }
}
