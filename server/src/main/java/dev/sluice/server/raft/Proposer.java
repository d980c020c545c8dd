package dev.sluice.server.raft;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Takes the proposals of a log. A fake stands in for Ratis in tests. */
interface Proposer {
    /**
     * Proposes an entry behind the one of the call before. Whether it was taken is told later, to the log.
     *
     * @param term in which the server leads, as far as the log knows; in another one the entry is not taken
     */
    void propose(long term, long call, ByteString data);
}
