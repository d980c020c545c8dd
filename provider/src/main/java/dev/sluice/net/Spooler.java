package dev.sluice.net;

import dev.sluice.link.DeliverySink;
import dev.sluice.link.LargeBody;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the large bodies of one link to files, on the spool thread, so that a slow disk does not hold up the event loop; when it falls
 * behind, reading from the socket pauses. For the owner of the link's turn.
 */
final class Spooler {
    private static final long PAUSE_BYTES = 8L * 1024 * 1024;
    private static final long RESUME_BYTES = 4L * 1024 * 1024;

    private final Host host;
    private final IdentityHashMap<LargeBody, Spooling> open = new IdentityHashMap<>();
    private @Nullable EventExecutor thread;
    private long unwrittenBytes;
    private boolean paused;

    Spooler(Host host) {
        this.host = host;
    }

    boolean isPaused() {
        return paused;
    }

    void append(LargeBody body, byte[] part) {
        EventExecutor writer = thread;
        if (writer == null) {
            writer = IoThreads.acquireSpool();
            thread = writer;
        }
        Spooling spooling = open.computeIfAbsent(body, Spooling::new);
        unwrittenBytes += part.length;
        if (!paused && unwrittenBytes > PAUSE_BYTES) {
            paused = true;
            host.reading(false);
        }
        writer.execute(() -> {
            spooling.write(part);
            host.execute(() -> written(spooling, part.length));
        });
    }

    private void written(Spooling spooling, int bytes) {
        unwrittenBytes -= bytes;
        if (paused && unwrittenBytes < RESUME_BYTES) {
            paused = false;
            host.reading(true);
        }
        if (open.get(spooling.body) == spooling && spooling.isEnded()) {
            open.remove(spooling.body);
            host.spooled(spooling.body, spooling.failure == null ? spooling.file : null, spooling.failure);
        }
    }

    void drop(LargeBody body) {
        Spooling spooling = open.remove(body);
        EventExecutor writer = thread;
        if (spooling != null && writer != null) {
            // Behind its own writes.
            writer.execute(spooling::discard);
        }
    }

    void close() {
        for (LargeBody body : open.keySet().toArray(new LargeBody[0])) {
            drop(body);
        }
        if (thread != null) {
            thread = null;
            IoThreads.releaseSpool();
        }
    }

    /** The link around it. */
    interface Host {
        /** Within a turn of the link. */
        void execute(Runnable task);

        /** Reads from the socket, or does not. */
        void reading(boolean on);

        /** A file is complete, or has failed. */
        void spooled(LargeBody body, DeliverySink.@Nullable SpooledBody file, @Nullable String failure);
    }

    /** One file. Touched by the spool thread; the owner of the turn looks at it only after the task that says so. */
    private static final class Spooling {
        final LargeBody body;
        private @Nullable SpoolFile file;
        private long writtenBytes;
        private @Nullable String failure;

        Spooling(LargeBody body) {
            this.body = body;
        }

        boolean isEnded() {
            return failure != null || writtenBytes == body.bytes();
        }

        void write(byte[] part) {
            if (failure != null) {
                return;
            }
            try {
                SpoolFile target = file;
                if (target == null) {
                    target = SpoolFile.create(body.bytes());
                    file = target;
                }
                target.append(part);
                writtenBytes += part.length;
            } catch (IOException e) {
                discard();
                failure = "cannot keep a body of " + body.bytes() + " bytes in a temporary file ("
                        + System.getProperty("java.io.tmpdir") + "): " + e.getMessage();
            }
        }

        void discard() {
            SpoolFile target = file;
            file = null;
            if (target != null) {
                target.close();
            }
        }
    }
}
