package dev.sluice.programs;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.system.ServerProcess;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One real server for all tests of a class, which keep apart by the names of their destinations. */
final class RunningServer implements BeforeAllCallback, AfterAllCallback {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ServerProcess process;

    private RunningServer(ServerProcess process) {
        this.process = process;
    }

    /** A server with further {@code --options}. */
    static RunningServer with(String... options) {
        return new RunningServer(ServerProcess.with(options));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        process.beforeEach(context);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        process.afterEach(context);
    }

    ServerProcess process() {
        return process;
    }

    SluiceConnectionFactory factory() {
        return new SluiceConnectionFactory(process.url());
    }

    /** A factory with options, {@code name=value&name=value}. */
    SluiceConnectionFactory factory(String options) {
        return new SluiceConnectionFactory(process.url() + "?" + options);
    }

    /** A name that no other test uses. */
    static String fresh(String name) {
        return name + "." + NAMES.incrementAndGet();
    }
}
