package dev.sluice.server.simulation.client;

import dev.sluice.link.DeliverySink;
import dev.sluice.link.LargeBody;
import dev.sluice.server.simulation.stage.Host;
import java.io.ByteArrayOutputStream;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;

/** The files in which a link keeps the large bodies that come, each written after a while. */
final class Files {
    private static final long WRITE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(5);

    private final Host host;
    private final Owner owner;
    private final IdentityHashMap<LargeBody, ByteArrayOutputStream> open = new IdentityHashMap<>();

    /** The link. */
    interface Owner {
        /** All of a body is in its file. */
        void written(LargeBody body, DeliverySink.SpooledBody file);
    }

    Files(Host host, Owner owner) {
        this.host = host;
        this.owner = owner;
    }

    void append(LargeBody body, byte[] part) {
        ByteArrayOutputStream file = open.computeIfAbsent(body, any -> new ByteArrayOutputStream());
        file.writeBytes(part);
        if (file.size() == body.bytes()) {
            host.after(host.timeline().between(0, WRITE_NANOS_MAX), () -> {
                if (open.remove(body) != null) {
                    owner.written(body, new Kept(file.toByteArray()));
                }
            });
        }
    }

    void drop(LargeBody body) {
        open.remove(body);
    }

    private static final class Kept implements DeliverySink.SpooledBody {
        private final byte[] content;

        Kept(byte[] content) {
            this.content = content;
        }

        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public void read(long position, byte[] target, int offset, int length) {
            System.arraycopy(content, (int) position, target, offset, length);
        }

        @Override
        public void close() {
            // It goes with the process.
        }
    }
}
