package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;

/** GlassFish with a domain that {@code set-up.sh} makes, with a JDK of its own. */
final class GlassFish extends ApplicationServer {
    private static final int PORTS = 17_600;

    private final Map<String, String> environment = new HashMap<>();

    GlassFish(String name, Path jdk, Path directory, String url) throws IOException {
        super(name, directory, url, PORTS + 80);
        environment.put("AS_JAVA", jdk.toString());
        environment.put("JAVA_HOME", jdk.toString());
    }

    /** The JDK of this test when it is as new as {@code feature}, else one beside it. */
    static Path jdk(int feature) throws IOException {
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        if (Runtime.version().feature() >= feature) {
            return own;
        }
        try (var others = Files.list(own.getParent())) {
            return others.filter(each -> feature(each) >= feature)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no JDK " + feature + " beside " + own));
        }
    }

    private static int feature(Path jdk) {
        Properties release = new Properties();
        try (var in = Files.newInputStream(jdk.resolve("release"))) {
            release.load(in);
            return Runtime.Version.parse(release.getProperty("JAVA_VERSION").replace("\"", ""))
                    .feature();
        } catch (IOException noJdk) {
            return 0;
        }
    }

    @Override
    void setUp(Path rar) throws IOException, InterruptedException {
        environment.put("GLASSFISH", home().toString());
        environment.put("PORTS", Integer.toString(PORTS));
        environment.put("SLUICE_RAR", rar.toAbsolutePath().toString());
        run(List.of("sh", "-x", Path.of("src/appservers/glassfish/set-up.sh").toString()));
    }

    private Path deployments() {
        return home().resolve("glassfish/domains/sluice/autodeploy");
    }

    @Override
    void deploy(Path war) throws IOException {
        // At once: it looks every two seconds, and takes what is there.
        Path whole = Files.copy(war, home().resolve(war.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        Path ignored = Files.move(whole, deployments().resolve(war.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    void undeploy(String war) throws IOException {
        Path done = deployments().resolve(war + "_undeployed");
        boolean ignored = Files.deleteIfExists(done);
        Files.delete(deployments().resolve(war));
        Awaitility.await(war + " has ended").atMost(Duration.ofSeconds(60)).until(() -> Files.exists(done));
    }

    @Override
    List<String> command() {
        return List.of(home().resolve("bin/asadmin").toString(), "start-domain", "--verbose", "sluice");
    }

    @Override
    Map<String, String> environment() {
        return environment;
    }

    @Override
    String lookup(String plain) {
        return plain;
    }

    @Override
    Map<String, String> descriptors(Application application) {
        StringBuilder beans = new StringBuilder();
        for (String bean : application.messageDrivenBeans()) {
            beans.append("<ejb><ejb-name>" + bean + "</ejb-name><mdb-resource-adapter>"
                    + "<resource-adapter-mid>sluice</resource-adapter-mid></mdb-resource-adapter></ejb>");
        }
        return beans.isEmpty()
                ? Map.of()
                : Map.of(
                        "WEB-INF/glassfish-ejb-jar.xml",
                        "<glassfish-ejb-jar><enterprise-beans>" + beans + "</enterprise-beans></glassfish-ejb-jar>");
    }

    @Override
    boolean isWarning(String line) {
        return line.contains("WARNING") || line.contains("SEVERE");
    }
}
