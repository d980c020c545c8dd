package dev.sluice.server.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.protocol.RaftPeer;

/**
 * A member as the others know it.
 *
 * @param id its name and, behind a dot, what tells its data from data that it lost: see {@link Identity}
 * @param raft host:port of its Raft server
 * @param clients host:port for clients
 */
public record MemberAddress(String id, String raft, String clients) {
    private static final char SEPARATOR = '.';

    /** The name in an id. */
    public static String nameOf(String id) {
        int end = id.lastIndexOf(SEPARATOR);
        return end < 0 ? id : id.substring(0, end);
    }

    static String id(String name, String token) {
        return name + SEPARATOR + token;
    }

    /** What its operator calls it. */
    public String name() {
        return nameOf(id);
    }

    RaftPeer peer() {
        // The address of Ratis' data streams, which are not used, has that for clients.
        return RaftPeer.newBuilder()
                .setId(id)
                .setAddress(raft)
                .setDataStreamAddress(clients)
                .build();
    }

    static MemberAddress of(RaftPeer peer) {
        String clients = peer.getDataStreamAddress();
        return new MemberAddress(peer.getId().toString(), peer.getAddress(), clients == null ? "" : clients);
    }

    static void write(List<MemberAddress> all, DataOutput out) throws IOException {
        out.writeInt(all.size());
        for (MemberAddress member : all) {
            out.writeUTF(member.id);
            out.writeUTF(member.raft);
            out.writeUTF(member.clients);
        }
    }

    static List<MemberAddress> readAll(DataInput in) throws IOException {
        int count = in.readInt();
        List<MemberAddress> all = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            all.add(new MemberAddress(in.readUTF(), in.readUTF(), in.readUTF()));
        }
        return List.copyOf(all);
    }
}
