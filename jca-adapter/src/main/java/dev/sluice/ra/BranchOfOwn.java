package dev.sluice.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.nio.ByteBuffer;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A local transaction of the container: a branch that has no other, with a name that no transaction manager has, committed in one phase. The
 * container's thread only.
 */
final class BranchOfOwn implements LocalTransaction {
    /** Not the one of any transaction manager: {@code "SLLT"}. */
    private static final int FORMAT = 0x534C4C54;

    private final XAResource resource;
    private @Nullable Name name;

    BranchOfOwn(XAResource resource) {
        this.resource = resource;
    }

    private record Name(UUID id) implements Xid {
        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @Override
    public void begin() throws ResourceException {
        if (name != null) {
            throw new LocalTransactionException("a local transaction is under way already");
        }
        Name fresh = new Name(UUID.randomUUID());
        try {
            resource.start(fresh, XAResource.TMNOFLAGS);
        } catch (XAException refused) {
            throw failed("begin", refused);
        }
        name = fresh;
    }

    @Override
    public void commit() throws ResourceException {
        Name ending = take("commit");
        try {
            end(ending, XAResource.TMSUCCESS);
            resource.commit(ending, true);
        } catch (XAException refused) {
            throw failed("commit", refused);
        }
    }

    @Override
    public void rollback() throws ResourceException {
        Name ending = take("rollback");
        try {
            end(ending, XAResource.TMFAIL);
            resource.rollback(ending);
        } catch (XAException refused) {
            throw failed("rollback", refused);
        }
    }

    /** A branch that cannot be ended can only be rolled back; the server keeps it until it is. */
    private void end(Name ending, int flags) throws XAException {
        try {
            resource.end(ending, flags);
        } catch (XAException refused) {
            try {
                resource.rollback(ending);
            } catch (XAException inVain) {
                refused.addSuppressed(inVain);
            }
            throw refused;
        }
    }

    private Name take(String what) throws LocalTransactionException {
        Name now = name;
        if (now == null) {
            throw new LocalTransactionException("there is no local transaction to " + what);
        }
        name = null;
        return now;
    }

    private static LocalTransactionException failed(String what, XAException refused) {
        return new LocalTransactionException(
                "the " + what + " of a local transaction failed: " + refused.getMessage(), refused);
    }
}
