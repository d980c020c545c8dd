package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** ActiveMQ Artemis, with its journal by plain files (NIO) or by libaio (AIO). */
final class ArtemisProvider implements Provider {
    private static final Jars JARS = new Jars("artemis");
    private static final List<String> OPTIONS =
            List.of("-Xms512m", "-Xmx2g", "-XX:+UseG1GC", "-XX:+UseStringDeduplication", "-XX:AutoBoxCacheMax=20000");
    private static final List<String> LIBRARIES = List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64");
    private static final String LIBAIO = "libaio.so.1";
    private static final String NATIVE_JAR = "activemq-artemis-native";
    private static final String NATIVE_LIBRARY = "libartemis-native-64.so";

    private final boolean asynchronous;

    ArtemisProvider(boolean asynchronous) {
        this.asynchronous = asynchronous;
    }

    @Override
    public String name() {
        return asynchronous ? "artemis-aio" : "artemis";
    }

    @Override
    public Optional<String> refusal() {
        if (!asynchronous) {
            return Optional.empty();
        }
        if (!System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("artemis-aio has its native library for x86-64 alone, and this is "
                    + System.getProperty("os.arch") + ".");
        }
        return LIBRARIES.stream().map(Path::of).anyMatch(ArtemisProvider::holdsLibaio)
                ? Optional.empty()
                : Optional.of("artemis-aio needs libaio, and it is not installed (Debian: libaio1).");
    }

    /** There, or in a directory of it, which is how Debian keeps the libraries of an architecture. */
    private static boolean holdsLibaio(Path directory) {
        if (Files.exists(directory.resolve(LIBAIO))) {
            return true;
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.anyMatch(
                    child -> child.toString().endsWith("-linux-gnu") && Files.exists(child.resolve(LIBAIO)));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void fetch(Home home) throws IOException, InterruptedException {
        JARS.fetch(home);
    }

    @Override
    public String version(Home home) throws IOException {
        return JARS.version(home, "artemis-server");
    }

    @Override
    public String waitsFor(boolean persistent) {
        return persistent
                ? "The journal has the message and fdatasync has returned (journal-datasync); the client asks for that with confirmationWindowSize."
                : "Nothing: non-persistent sends do not block, within the producer's window.";
    }

    @Override
    public void prepare(Place place) throws IOException {
        if (asynchronous) {
            unpackNativeLibrary(place);
        }
        String nanos = Long.toString(SyncSpeed.nanos(place.directory()));
        place.write(
                JARS.folder(),
                "broker.xml",
                Map.of(
                        "JOURNAL_TYPE", asynchronous ? "ASYNCIO" : "NIO",
                        "JOURNAL_MAX_IO", asynchronous ? "4096" : "1",
                        "SYNC_NANOS", nanos));
    }

    /** The server looks for it in the JVM's library path alone. */
    private static void unpackNativeLibrary(Place place) throws IOException {
        Path jar = place.home()
                .jars(JARS.folder())
                .resolve(NATIVE_JAR + "-" + JARS.version(place.home(), NATIVE_JAR) + ".jar");
        try (FileSystem content = FileSystems.newFileSystem(jar)) {
            Path unused =
                    Files.copy(content.getPath("lib", "linux-x86_64", NATIVE_LIBRARY), place.file(NATIVE_LIBRARY));
        }
    }

    /** It would go on with plain files, which is another provider. */
    @Override
    public void check(Place place) throws IOException {
        if (asynchronous && !Files.readString(place.output()).contains("Using AIO Journal")) {
            throw new IOException("artemis-aio does not use libaio:\n" + Output.tail(place.output()));
        }
    }

    @Override
    public List<String> command(Place place) {
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("-Djava.library.path=" + place.directory());
        List<String> command = JARS.java(place.home(), options, ArtemisServer.class.getName());
        int path = command.indexOf("-cp") + 1;
        command.set(path, ArtemisServer.classPath() + java.io.File.pathSeparator + command.get(path));
        command.add(place.file("broker.xml").toUri().toString());
        return command;
    }

    @Override
    public Client client(Place place) {
        // Without the window its client calls the CompletionListener before the server has confirmed anything.
        return Client.jms(
                "org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory",
                "tcp://127.0.0.1:" + place.port() + "?confirmationWindowSize=1048576");
    }

    @Override
    public List<String> clientClassPath(Home home) throws IOException {
        return JARS.clientClassPath(home);
    }
}
