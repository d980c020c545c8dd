package dev.sluice.server.cli;

import dev.sluice.server.ConfigReader;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a cluster that a command is told of. Stateless. */
final class ToldMembers {
    /** Of the option. */
    static final String DESCRIPTION =
            "a=host:port,b=…, as for the server. Default: SLUICE_CLUSTER, else that of ./sluice.yaml.";

    private ToldMembers() {}

    /** By the option, else by the environment, else by the file. */
    static String of(@Nullable String option, Terminal terminal) {
        String told = option != null ? option : terminal.environment().get("SLUICE_CLUSTER");
        if (told != null) {
            return told;
        }
        String found = ConfigReader.read(Map.of(), Map.of(), null, Path.of(""))
                .cluster()
                .members();
        if (found.isEmpty()) {
            throw new UsageException("which cluster? Name its members with --cluster");
        }
        return found;
    }
}
