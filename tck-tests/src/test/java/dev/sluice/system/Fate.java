package dev.sluice.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jboss.tm.XAResourceWrapper;
import org.jspecify.annotations.Nullable;

/** Who dies, and at which step of the two phases of one transaction: sees each step that the transaction manager takes with its two resources. */
public final class Fate {
    /** The exit code of a death that was meant. */
    static final int HALTED = 77;

    /** The steps. */
    enum Point {
        BEFORE_PREPARE,
        BETWEEN_PREPARES,
        /** Both are prepared; the decision is not in the log. */
        AFTER_PREPARES,
        /** The decision is in the log. */
        BEFORE_COMMITS,
        BETWEEN_COMMITS,
        /** Both have committed; the log does not know. */
        AFTER_COMMITS,
        /** Within the first milliseconds of the commit. */
        AT_ANY_MOMENT
    }

    /** Whom a SIGKILL, or its like, meets. */
    enum Victim {
        SERVER,
        APPLICATION,
        BOTH
    }

    private static final long LONGEST_COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final Point point;
    private final Victim victim;
    private final List<Path> serverPids;
    private final SplittableRandom random;
    private int prepares;
    private int commits;
    private @Nullable Thread moment;

    /** {@code serverPids}: files that say which processes the servers are now. */
    Fate(Point point, Victim victim, List<Path> serverPids, SplittableRandom random) {
        this.point = point;
        this.victim = victim;
        this.serverPids = serverPids;
        this.random = random;
    }

    /** The commit begins. */
    void commitBegins() {
        if (point == Point.AT_ANY_MOMENT) {
            long delay = random.nextLong(LONGEST_COMMIT_NANOS);
            moment = new Thread(
                    () -> {
                        LockSupport.parkNanos(delay);
                        strike();
                    },
                    "fate");
            moment.start();
        }
    }

    /** The commit has ended; what was to happen has. */
    void commitEnded() throws InterruptedException {
        if (moment != null) {
            moment.join();
        }
    }

    private void strikeAt(Point now) {
        if (point == now) {
            strike();
        }
    }

    private void strike() {
        if (victim != Victim.APPLICATION) {
            killAServer();
        }
        if (victim != Victim.SERVER) {
            Runtime.getRuntime().halt(HALTED);
        }
    }

    private void killAServer() {
        try {
            long pid = Long.parseLong(Files.readString(serverPids.get(random.nextInt(serverPids.size())))
                    .strip());
            ProcessHandle.of(pid).ifPresent(server -> {
                server.destroyForcibly();
                server.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resource, under the eyes of this fate; {@code name} is its name in the log. */
    XAResource over(XAResource resource, String name) {
        return new Watched(resource, name, this);
    }

    /** A resource that has a name only. */
    public static XAResource named(XAResource resource, String name) {
        return new Watched(
                resource, name, new Fate(Point.AT_ANY_MOMENT, Victim.SERVER, List.of(), new SplittableRandom()));
    }

    private record Watched(XAResource resource, String name, Fate fate) implements XAResourceWrapper {
        @Override
        public int prepare(Xid xid) throws XAException {
            fate.strikeAt(fate.prepares == 0 ? Point.BEFORE_PREPARE : Point.BETWEEN_PREPARES);
            int vote = resource.prepare(xid);
            fate.prepares++;
            if (fate.prepares == 2) {
                fate.strikeAt(Point.AFTER_PREPARES);
            }
            return vote;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            fate.strikeAt(fate.commits == 0 ? Point.BEFORE_COMMITS : Point.BETWEEN_COMMITS);
            resource.commit(xid, onePhase);
            fate.commits++;
            if (fate.commits == 2) {
                fate.strikeAt(Point.AFTER_COMMITS);
            }
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            resource.start(xid, flags);
        }

        @Override
        public void end(Xid xid, int flags) throws XAException {
            resource.end(xid, flags);
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            resource.rollback(xid);
        }

        @Override
        public void forget(Xid xid) throws XAException {
            resource.forget(xid);
        }

        @Override
        public Xid[] recover(int flags) throws XAException {
            return resource.recover(flags);
        }

        @Override
        public boolean isSameRM(XAResource other) throws XAException {
            return resource.isSameRM(other instanceof XAResourceWrapper wrapper ? wrapper.getResource() : other);
        }

        @Override
        public int getTransactionTimeout() throws XAException {
            return resource.getTransactionTimeout();
        }

        @Override
        public boolean setTransactionTimeout(int seconds) throws XAException {
            return resource.setTransactionTimeout(seconds);
        }

        @Override
        public XAResource getResource() {
            return resource;
        }

        @Override
        public String getProductName() {
            return name;
        }

        @Override
        public String getProductVersion() {
            return "";
        }

        @Override
        public String getJndiName() {
            return name;
        }

        // By identity, as resources are.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
