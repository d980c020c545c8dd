package dev.sluice.server.cli;

import java.util.List;

/** Chooses what is logged, before the first logger is made: a server says what it does, the other commands only what goes wrong. */
final class Logging {
    private static final String FILE = "logback.configurationFile";
    private static final String LEVEL = "sluice.log.level";

    private Logging() {}

    static void configure(List<String> arguments) {
        if (System.getProperty(FILE) == null) {
            System.setProperty(FILE, "dev/sluice/server/cli/logback.xml");
        }
        if (System.getProperty(LEVEL) == null) {
            String level = System.getenv("SLUICE_LOG_LEVEL");
            boolean isServer = !arguments.isEmpty() && arguments.get(0).equals("server");
            System.setProperty(LEVEL, level != null ? level : isServer ? "INFO" : "OFF");
        }
    }
}
