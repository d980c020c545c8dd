package dev.sluice.server.cli;

import dev.sluice.server.ConfigReader;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.admin.UsersFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice users}: the users of a server, in the file that it reads; the server need not run. */
@Command(
        name = "users",
        description =
                "Adds, removes and lists the users of a server. A running server sees the change at the next login.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice users add ann --data /var/lib/sluice          asks for the password",
            "  pass show sluice/ann | sluice users passwd ann --password-stdin",
            "  sluice users list",
            "",
            "Exit codes: 0 done, 1 failure, 2 wrong usage."
        })
final class UsersCommand {
    private final Terminal terminal;

    UsersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Which file it is about. */
    static final class FileOptions {
        @Option(names = "--data", paramLabel = "DIRECTORY", description = "The server's data directory.")
        private @Nullable String data;

        @Option(
                names = "--users",
                paramLabel = "FILE",
                description = "The users file, where it is not in the data directory.")
        private @Nullable String users;

        @Option(names = "--config", paramLabel = "FILE", description = "The server's sluice.yaml, to find the others.")
        private @Nullable Path config;

        UsersFile file(Terminal terminal) {
            Map<String, String> options = new HashMap<>();
            if (data != null) {
                options.put("data", data);
            }
            if (users != null) {
                options.put("users", users);
            }
            ServerConfig read = ConfigReader.read(options, terminal.environment(), config, Path.of(""));
            return new UsersFile(read.access().usersFile(read.storage().data()));
        }
    }

    /** Where a password comes from: typed twice, or the first line of the standard input. Never an argument: others can read those. */
    static final class PasswordSource {
        @Option(
                names = "--password-stdin",
                description = "Read the password from the first line of the standard input.")
        private boolean fromInput;

        char[] read(Terminal terminal) throws IOException {
            if (fromInput || terminal.console() == null) {
                if (!fromInput) {
                    throw new UsageException("there is no terminal to ask for the password; use --password-stdin");
                }
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
                String line = reader.readLine();
                return line == null ? new char[0] : line.toCharArray();
            }
            char[] password = Objects.requireNonNullElse(terminal.console().readPassword("Password: "), new char[0]);
            char[] again = Objects.requireNonNullElse(terminal.console().readPassword("Again: "), new char[0]);
            if (!Arrays.equals(password, again)) {
                throw new UsageException("the two passwords differ; nothing was changed");
            }
            return password;
        }
    }

    @Command(name = "add", description = "Adds a user.")
    int add(
            @Mixin FileOptions file,
            @Mixin PasswordSource password,
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name)
            throws IOException {
        file.file(terminal).add(name, password.read(terminal));
        return Exit.OK;
    }

    @Command(name = "passwd", description = "Gives a user another password.")
    int passwd(
            @Mixin FileOptions file,
            @Mixin PasswordSource password,
            @Parameters(paramLabel = "NAME", description = "The user's name.") String name)
            throws IOException {
        file.file(terminal).changePassword(name, password.read(terminal));
        return Exit.OK;
    }

    @Command(name = "remove", description = "Removes a user. Connections that are open stay open.")
    int remove(
            @Mixin FileOptions file, @Parameters(paramLabel = "NAME", description = "The user's name.") String name) {
        file.file(terminal).remove(name);
        return Exit.OK;
    }

    @Command(name = "list", description = "Lists the names of the users, one a line.")
    int list(@Mixin FileOptions file) throws IOException {
        for (String name : file.file(terminal).names()) {
            terminal.line(name);
        }
        terminal.flush();
        return Exit.OK;
    }
}
