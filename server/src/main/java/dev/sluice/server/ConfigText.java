package dev.sluice.server;

import java.util.Locale;

/** Configurations as text: the commented default file, and the lines that are logged at the start. */
public final class ConfigText {
    private ConfigText() {}

    /** A complete {@code sluice.yaml} with the defaults and what each setting means. */
    public static String defaultFile() {
        StringBuilder text = new StringBuilder()
                .append(
                        "# The configuration of a Sluice server. Every line can be left out; the values here are the defaults.\n")
                .append(
                        "# Each is also an option of `sluice server` (--port 7676) and an environment variable (SLUICE_PORT=7676).\n")
                .append("# An option goes before the environment, the environment before this file.\n");
        String part = "";
        for (Settings.Entry entry : Settings.all()) {
            if (!entry.part().equals(part)) {
                part = entry.part();
                text.append("\n# --- ").append(part.toUpperCase(Locale.ROOT)).append(" ---\n");
            }
            text.append('\n');
            for (String line : entry.setting().text()) {
                text.append("# ").append(line).append('\n');
            }
            String fallback = entry.setting().fallback();
            if (!entry.allowed().equals("a text")) {
                text.append("# Allowed: ").append(entry.allowed()).append(".\n");
            }
            text.append(entry.key())
                    .append(": ")
                    .append(fallback.isEmpty() ? "\"\"" : fallback)
                    .append('\n');
        }
        return text.toString();
    }

    /** All values in one line, for the log. No setting is a secret: passwords are in the users file. */
    public static String summary(ServerConfig config) {
        StringBuilder text = new StringBuilder();
        for (Settings.Entry entry : Settings.all()) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            text.append(entry.key()).append('=').append(entry.format(entry.valueIn(config)));
        }
        return text.toString();
    }
}
