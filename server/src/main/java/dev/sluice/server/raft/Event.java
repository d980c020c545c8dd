package dev.sluice.server.raft;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** What Ratis tells a log, in the order of the log. Immutable. */
sealed interface Event {
    /**
     * An entry is on most servers.
     *
     * @param call the number under which this run of this server proposed it; {@link #FOREIGN} for one of others
     */
    record Committed(long index, long call, ByteString data) implements Event {
        static final long FOREIGN = 0;
    }

    /** This server leads in a term, and every entry before it was told. */
    record Leads(long term) implements Event {}
}
