package dev.sluice.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses what is logged, before anything is: a server says what it does, the other commands only what goes wrong. Without a file, which
 * {@code -Dlogback.configurationFile} names, since reading one takes longer than loading the rows of a server. Of the command line only:
 * a server inside an application logs as the application does.
 */
final class Logging {
    private static final String FILE = "logback.configurationFile";
    private static final String LEVEL = "sluice.log.level";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n";

    private Logging() {}

    static void configure(List<String> arguments) {
        String level = level(arguments);
        System.setProperty(LEVEL, level);
        if (System.getProperty(FILE) == null && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            toStandardError(context, Level.toLevel(level, Level.INFO));
        }
    }

    private static String level(List<String> arguments) {
        String fallback = !arguments.isEmpty() && arguments.get(0).equals("server") ? "INFO" : "OFF";
        String environment = System.getenv().getOrDefault("SLUICE_LOG_LEVEL", fallback);
        return System.getProperty(LEVEL, environment);
    }

    private static void toStandardError(LoggerContext context, Level level) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("STDERR");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        context.getLogger("io.netty").setLevel(Level.WARN);
        // What it says of every election and of every file, the Raft log of ours says in a line.
        context.getLogger("org.apache.ratis").setLevel(Level.WARN);
        // Every message to a member that is away is a warning with a stack trace.
        context.getLogger("org.apache.ratis.grpc").setLevel(Level.ERROR);
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(console);
    }
}
