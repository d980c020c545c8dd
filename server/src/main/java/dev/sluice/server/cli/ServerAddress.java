package dev.sluice.server.cli;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that talks to a server: where it is, and who asks. */
final class ServerAddress {
    private static final String URL_DEFAULT = "sluice://localhost:7676";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "The server: sluice://HOST:PORT, or sluice:embedded:DIRECTORY to use a data directory without a server.",
                "Default: SLUICE_URL, else " + URL_DEFAULT + "."
            })
    private @Nullable String url;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = {
                "Who connects. Default: SLUICE_USER, else no one, which a server allows from its own machine.",
                "The password comes from SLUICE_PASSWORD, or is asked for."
            })
    private @Nullable String user;

    /** The URL that was given, by option or environment. */
    String url(Terminal terminal) {
        return url != null ? url : terminal.environment().getOrDefault("SLUICE_URL", URL_DEFAULT);
    }

    /** Who connects, or null. */
    @Nullable String user(Terminal terminal) {
        return user != null ? user : terminal.environment().get("SLUICE_USER");
    }

    /** The password of {@link #user}. */
    String password(Terminal terminal) {
        String known = terminal.environment().get("SLUICE_PASSWORD");
        if (known != null) {
            return known;
        }
        if (terminal.console() == null) {
            throw new UsageException("there is a user but no password; set SLUICE_PASSWORD");
        }
        char[] typed = terminal.console().readPassword("Password of %s: ", user(terminal));
        return typed == null ? "" : new String(typed);
    }

    /** Opens a connection. */
    Connection connect(Terminal terminal) throws JMSException {
        ConnectionFactory factory;
        try {
            factory = new SluiceConnectionFactory(url(terminal));
        } catch (IllegalArgumentException e) {
            throw new UsageException(Objects.requireNonNullElse(e.getMessage(), "the URL is wrong"));
        }
        String name = user(terminal);
        return name == null ? factory.createConnection() : factory.createConnection(name, password(terminal));
    }
}
