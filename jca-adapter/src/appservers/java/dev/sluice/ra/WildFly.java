package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** WildFly, set up by {@code sluice.cli}. */
final class WildFly extends ApplicationServer {
    private static final int OFFSET = 9_000;

    WildFly(Path directory, String url) throws IOException {
        super("wildfly", directory, url, 8080 + OFFSET);
    }

    @Override
    void setUp(Path rar) throws IOException, InterruptedException {
        // Beside what users do: it looks for changed applications twice a second, not every five.
        Path script = home().resolve("set-up.cli");
        String scan = "/subsystem=deployment-scanner/scanner=default:write-attribute(name=scan-interval,value=500)\n";
        Files.writeString(
                script,
                Files.readString(file("sluice.cli")).replace("stop-embedded-server", scan + "stop-embedded-server"));
        run(List.of(home().resolve("bin/jboss-cli.sh").toString(), "--file=" + script));
        deployAdapter(rar);
    }

    void deployAdapter(Path rar) throws IOException {
        put(rar, "sluice.rar");
    }

    /** Has it know an Artemis server, by the adapter that it brings: {@code artemis}. */
    void connectTo(ArtemisProcess artemis) throws IOException, InterruptedException {
        Path script = home().resolve("artemis.cli");
        String connector =
                "/socket-binding-group=standard-sockets/remote-destination-outbound-socket-binding=artemis:add"
                        + "(host=127.0.0.1,port=" + artemis.port() + ")\n"
                        + "/subsystem=messaging-activemq/remote-connector=artemis:add(socket-binding=artemis)\n"
                        + "/subsystem=messaging-activemq/pooled-connection-factory=artemis:add"
                        + "(connectors=[artemis],entries=[java:/jms/Artemis],transaction=xa,enable-amq1-prefix=false)\n";
        Files.writeString(
                script,
                "embed-server --server-config=standalone-full.xml --std-out=echo\n" + connector
                        + "stop-embedded-server\n");
        run(List.of(home().resolve("bin/jboss-cli.sh").toString(), "--file=" + script));
    }

    private void put(Path archive, String name) throws IOException {
        Files.copy(archive, deployments().resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path deployments() {
        return home().resolve("standalone/deployments");
    }

    @Override
    void deploy(Path war) throws IOException {
        put(war, war.getFileName().toString());
    }

    @Override
    void undeploy(String war) throws IOException {
        Path done = deployments().resolve(war + ".undeployed");
        Files.deleteIfExists(done);
        Files.delete(deployments().resolve(war));
        Awaitility.await(war + " has ended").atMost(Duration.ofSeconds(60)).until(() -> Files.exists(done));
    }

    @Override
    List<String> command() {
        return List.of(
                home().resolve("bin/standalone.sh").toString(),
                "-c",
                "standalone-full.xml",
                "-b",
                "127.0.0.1",
                "-Djboss.socket.binding.port-offset=" + OFFSET,
                "-DRecoveryEnvironmentBean.periodicRecoveryPeriod=5",
                "-DRecoveryEnvironmentBean.recoveryBackoffPeriod=1",
                "-DJTAEnvironmentBean.orphanSafetyInterval=2000");
    }

    @Override
    Map<String, String> environment() {
        return Map.of("JAVA_OPTS", JVM_OPTIONS);
    }

    @Override
    String lookup(String plain) {
        return "java:/" + plain;
    }

    @Override
    Map<String, String> descriptors(Application application) {
        return Map.of();
    }

    /** WildFly looks for the classes of the adapter in the application. */
    @Override
    Map<String, String> descriptorsOfDefinitions() {
        return Map.of(
                "WEB-INF/jboss-deployment-structure.xml",
                "<jboss-deployment-structure><deployment><dependencies><module name='deployment.sluice.rar'/>"
                        + "</dependencies></deployment></jboss-deployment-structure>");
    }

    /** Each definition is an adapter of its own, which does not know what the configured one is told. */
    @Override
    String definitions() {
        return factory("java:app/jms/Own");
    }

    @Override
    boolean isWarning(String line) {
        return line.contains(" WARN ") || line.contains(" ERROR ");
    }
}
