package dev.sluice.link;

import dev.sluice.wire.Wire;
import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;

/** The name of a branch of a global transaction, as a value. Immutable. */
public final class BranchXid implements Xid {
    /** The format of local transactions over several shards, which no transaction manager names. */
    public static final int SESSION_FORMAT = Wire.SESSION_XID_FORMAT;

    private final int formatId;
    private final byte[] globalTransactionId;
    private final byte[] branchQualifier;

    /** With copies of the parts. */
    public BranchXid(int formatId, byte[] globalTransactionId, byte[] branchQualifier) {
        this.formatId = formatId;
        this.globalTransactionId = globalTransactionId.clone();
        this.branchQualifier = branchQualifier.clone();
    }

    /** The value of any name. */
    public static BranchXid of(Xid xid) {
        return xid instanceof BranchXid own
                ? own
                : new BranchXid(xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
    }

    @Override
    public int getFormatId() {
        return formatId;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return globalTransactionId.clone();
    }

    @Override
    public byte[] getBranchQualifier() {
        return branchQualifier.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchXid xid
                && formatId == xid.formatId
                && Arrays.equals(globalTransactionId, xid.globalTransactionId)
                && Arrays.equals(branchQualifier, xid.branchQualifier);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * formatId + Arrays.hashCode(globalTransactionId)) + Arrays.hashCode(branchQualifier);
    }

    /** Format, global transaction and branch in hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return formatId + ":" + hex.formatHex(globalTransactionId) + ":" + hex.formatHex(branchQualifier);
    }
}
