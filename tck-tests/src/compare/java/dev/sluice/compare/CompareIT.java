package dev.sluice.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.ServerProcess;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Asks all providers the same and prints the answers side by side; what it holds Sluice to is in the everyday tests. */
class CompareIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @TempDir
    Path directory = Path.of("");

    @Test
    void theSameProgramOnThreeProviders() throws Exception {
        List<String> names = new ArrayList<>();
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<Provider> providers = List.of(
                new SluiceProvider(server),
                ArtemisProvider.start(directory.resolve("artemis"), freePort()),
                ClassicProvider.start(freePort()));
        for (Provider provider : providers) {
            names.add(provider.name());
            Probes.onRunning().forEach((question, probe) -> row(rows, question).add(answer(provider, probe)));
            Probes.withoutBroker(provider)
                    .forEach((question, answer) -> row(rows, question).add(Probes.cell(answer)));
        }
        StringBuilder table = new StringBuilder("| | " + String.join(" | ", names) + " |\n|---|---|---|---|\n");
        rows.forEach((question, answers) -> table.append("| ")
                .append(question)
                .append(" | ")
                .append(String.join(" | ", answers))
                .append(" |\n"));
        System.out.println(table);
        Files.writeString(Path.of("target/compare.md"), table);
        assertThat(rows.values()).allMatch(answers -> answers.size() == providers.size());
    }

    private static List<String> row(Map<String, List<String>> rows, String question) {
        return rows.computeIfAbsent(question, key -> new ArrayList<>());
    }

    private static String answer(Provider provider, Probes.Probe probe) {
        try {
            return Probes.cell(probe.ask(provider));
        } catch (Exception failed) {
            return Probes.cell(failed);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
