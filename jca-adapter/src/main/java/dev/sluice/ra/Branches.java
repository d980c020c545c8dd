package dev.sluice.ra;

import dev.sluice.base.Monitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of the adapter that work for a branch at this moment. GlassFish rolls a branch back while sessions that joined it still work for it,
 * and ends their work afterwards; the server refuses that. So they are ended here just before. Thread-safe.
 */
final class Branches {
    private static final Logger LOG = LoggerFactory.getLogger(Branches.class);

    private final Monitor monitor = new Monitor();
    private final Set<Member> working = new LinkedHashSet<>();

    private record Name(int format, ByteBuffer global, ByteBuffer qualifier) {
        static Name of(Xid xid) {
            return new Name(
                    xid.getFormatId(),
                    ByteBuffer.wrap(xid.getGlobalTransactionId()),
                    ByteBuffer.wrap(xid.getBranchQualifier()));
        }
    }

    /** The resource of a session that no application has, as the container is to have it. */
    Member member(XAResource resource) {
        return member(resource, new Whereabouts(() -> null));
    }

    /** The same of an application's session. */
    Member member(XAResource resource, Whereabouts user) {
        return new Member(resource, user);
    }

    /** All that work for the branch, but for this one; from now on they do not. */
    private List<Member> takeOthers(Name branch, Member asking) {
        monitor.enter();
        try {
            List<Member> others = new ArrayList<>();
            for (Member each : working) {
                if (each != asking && branch.equals(each.branch)) {
                    others.add(each);
                }
            }
            others.forEach(each -> each.ended = each.branch);
            others.forEach(Member::rest);
            return others;
        } finally {
            monitor.leave();
        }
    }

    /** The resource of one session. Its state is the monitor's. */
    final class Member extends PassingResource {
        private final Whereabouts user;
        private @Nullable Name branch;
        /** Which branch it worked for when that was rolled back: the container has still to end it. */
        private @Nullable Name ended;

        private long starts;

        Member(XAResource resource, Whereabouts user) {
            super(resource);
            this.user = user;
        }

        /** Inside. */
        private void rest() {
            branch = null;
            boolean ignored = working.remove(this);
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            user.begins();
            super.start(xid, flags);
            monitor.enter();
            try {
                branch = Name.of(xid);
                ended = null;
                starts++;
                boolean ignored = working.add(this);
            } finally {
                monitor.leave();
            }
        }

        /** How often its session began to work for a branch. */
        long starts() {
            monitor.enter();
            try {
                return starts;
            } finally {
                monitor.leave();
            }
        }

        @Override
        public void end(Xid xid, int flags) throws XAException {
            user.ends();
            monitor.enter();
            try {
                Name name = Name.of(xid);
                if (name.equals(ended)) {
                    ended = null;
                    return;
                }
                if (name.equals(branch)) {
                    rest();
                }
            } finally {
                monitor.leave();
            }
            super.end(xid, flags);
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            for (Member other : takeOthers(Name.of(xid), this)) {
                other.fail(xid);
            }
            super.rollback(xid);
        }

        private void fail(Xid xid) {
            user.ends();
            try {
                super.end(xid, TMFAIL);
            } catch (XAException gone) {
                LOG.debug("a session did not work for a branch any more that is rolled back: {}", gone.getMessage());
            }
        }

        /** Its session is closed. */
        void leave() {
            user.forget();
            monitor.enter();
            try {
                rest();
            } finally {
                monitor.leave();
            }
        }
    }
}
