package dev.sluice.server.store;

import dev.sluice.base.Monitor;
import java.util.ArrayList;
import java.util.List;

/** The images of a store that may be open: they end before it does. Thread-safe. */
final class Images implements AutoCloseable {
    private final Monitor monitor = new Monitor();
    private final List<StoreImage> all = new ArrayList<>();
    private final Environment environment;
    private boolean closed;

    Images(Environment environment) {
        this.environment = environment;
    }

    StoreImage open() {
        monitor.enter();
        try {
            if (closed) {
                throw new StoreException("the store was closed");
            }
            all.removeIf(StoreImage::isClosed);
            StoreImage image = new StoreImage(environment, monitor);
            all.add(image);
            return image;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void close() {
        monitor.enter();
        try {
            closed = true;
            all.forEach(StoreImage::end);
            all.clear();
        } finally {
            monitor.leave();
        }
    }
}
