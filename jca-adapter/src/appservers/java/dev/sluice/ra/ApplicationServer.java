package dev.sluice.ra;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An application server as its distribution has it, in a directory of its own, with the adapter and the application of the tests. A subclass says
 * how one product does it. None listens where another does, nor from 20000 to 32767, where {@link Broker} takes its ports: WildFly has its usual
 * ports and 9000, Open Liberty 17500 to 17599, GlassFish 17600 to 17699.
 */
abstract class ApplicationServer implements AutoCloseable {
    /** For the JVM of each server. What is only softly held goes with the next collection: who counts what is left does not count that. */
    static final String JVM_OPTIONS = "-Xmx512m -Djava.net.preferIPv4Stack=true -XX:SoftRefLRUPolicyMSPerMB=0";

    private static final Duration START = Duration.ofSeconds(180);

    private final String name;
    private final Path home;
    private final String url;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable Process process;
    private int starts;

    /**
     * Unpacks it below {@code directory}; the property {@code NAME.zip} says where it is packed.
     *
     * @param url of Sluice
     * @param port where its applications are
     */
    ApplicationServer(String name, Path directory, String url, int port) throws IOException {
        this.name = name;
        this.url = url;
        this.port = port;
        this.home = unpack(Path.of(System.getProperty(name + ".zip")), directory);
    }

    // ---- what a product says

    /** Configures it, with the adapter. Once, before it starts. */
    abstract void setUp(Path rar) throws IOException, InterruptedException;

    /** Puts an application where the server takes it from, at its next start or now. */
    abstract void deploy(Path war) throws IOException;

    /** Takes an application away; returns when it has ended. */
    abstract void undeploy(String war) throws IOException;

    /** Runs it in the foreground. */
    abstract List<String> command();

    /** In the environment of the server and of what sets it up. */
    abstract Map<String, String> environment();

    /** How {@code jms/Sluice}, {@code jms/out} and {@code jdbc/orders} are named in its JNDI. */
    abstract String lookup(String plain);

    /** More descriptors of an application: from name in the archive to text. */
    abstract Map<String, String> descriptors(Application application);

    /** Still more of them, when the application defines a factory and a queue itself. */
    Map<String, String> descriptorsOfDefinitions() {
        return Map.of();
    }

    /** What its {@code web.xml} adds to such a definition. */
    String definitions() {
        return "";
    }

    /** The definition of a connection factory in {@code web.xml}. */
    final String factory(String jndiName) {
        return "<jms-connection-factory><name>" + jndiName + "</name>"
                + "<interface-name>jakarta.jms.ConnectionFactory</interface-name>"
                + "<resource-adapter>sluice</resource-adapter><user>app</user><password>secret</password><client-id></client-id>"
                + "<property><name>url</name><value>" + url() + "</value></property></jms-connection-factory>";
    }

    abstract boolean isWarning(String line);

    // ---- what all have in common

    final Path home() {
        return home;
    }

    final int port() {
        return port;
    }

    /** Of Sluice. */
    final String url() {
        return url;
    }

    @Override
    public final String toString() {
        return name;
    }

    /** A file beside the tests, in the directory of this server. */
    final Path file(String of) {
        return Path.of("src/appservers", name, of).toAbsolutePath();
    }

    /** All is below the first entry's directory. Scripts can be run. */
    private static Path unpack(Path zip, Path directory) throws IOException {
        Path first = null;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                first = first == null
                        ? directory.resolve(Path.of(entry.getName()).getName(0))
                        : first;
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target);
                    makeExecutable(target);
                }
            }
        }
        if (first == null) {
            throw new IOException(zip + " is empty");
        }
        return first;
    }

    private static void makeExecutable(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (in.read() == '#' && in.read() == '!') {
                boolean ignored = file.toFile().setExecutable(true);
            }
        }
    }

    /** Runs something of the server until its end. */
    final void run(List<String> command) throws IOException, InterruptedException {
        Path log = home.resolve("set-up.log");
        Process running = launch(command, log);
        if (!running.waitFor(START.toSeconds(), TimeUnit.SECONDS) || running.exitValue() != 0) {
            running.destroyForcibly();
            throw new IOException("the set-up failed: " + command + "\n" + Files.readString(log));
        }
    }

    private Process launch(List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SLUICE_URL", url);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment());
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** Returns when the probe of {@code application} answers. */
    final void start(String application) throws IOException {
        begin();
        awaitAnswer(application);
    }

    /** Starts, and does not wait for anything. */
    final void begin() throws IOException {
        starts++;
        process = launch(command(), home.resolve("server-" + starts + ".log"));
    }

    final void awaitAnswer(String application) {
        Awaitility.await(application + " answers")
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (process == null || !process.isAlive()) {
                        throw new AssertionError(name + " ended:\n" + log());
                    }
                    return answers(application);
                });
    }

    final boolean answers(String application) throws InterruptedException {
        try {
            return get(application, "rows", "") != null;
        } catch (IOException notThere) {
            return false;
        }
    }

    final String log() throws IOException {
        return Files.readString(home.resolve("server-" + starts + ".log"));
    }

    /** Asks the probe of an application. */
    final List<String> get(String application, String what, String text) throws IOException, InterruptedException {
        String query = "?do=" + what + "&text=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        return send(request("/" + application + "/probe" + query), 200);
    }

    /** Gets a page. */
    final List<String> get(String path) throws IOException, InterruptedException {
        return send(request(path), 200);
    }

    /** Posts a form, which is taken. */
    final void post(String path, String form) throws IOException, InterruptedException {
        List<String> ignored = send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)),
                202);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private List<String> send(HttpRequest.Builder request, int expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException("status " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().lines().toList();
    }

    /** Has the JVM of the server say something of itself. */
    final List<String> diagnose(String... what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(jvm())));
        command.addAll(List.of(what));
        Path answer = home.resolve("diagnosis.txt");
        Process asking = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start();
        if (asking.waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(answer));
        }
        return Files.readAllLines(answer);
    }

    private long jvm() throws IOException {
        if (process == null) {
            throw new IOException(name + " does not run");
        }
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(each -> each.info().command().orElse("").endsWith("java"))
                .mapToLong(ProcessHandle::pid)
                .max()
                .orElseThrow();
    }

    /** SIGKILL, of the script and the JVM. */
    final void kill() throws InterruptedException {
        Process last = process;
        process = null;
        if (last != null) {
            List<ProcessHandle> all = new ArrayList<>(last.descendants().toList());
            all.forEach(ProcessHandle::destroyForcibly);
            last.destroyForcibly().waitFor();
            all.forEach(each -> each.onExit().join());
        }
    }

    @Override
    public final void close() throws InterruptedException {
        kill();
    }
}
