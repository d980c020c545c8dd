package dev.sluice.server.simulation;

import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Table;
import dev.sluice.server.simulation.oracle.Promise;
import dev.sluice.server.simulation.oracle.Violation;
import java.util.List;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;

/** Holds the rows of all servers against each other: at one applied index they are the same, byte for byte. */
final class SameRows {
    private final List<ServerNode> servers;
    private final int shards;

    SameRows(List<ServerNode> servers, int shards) {
        this.servers = servers;
        this.shards = shards;
    }

    void check() {
        for (int shard = 0; shard < shards; shard++) {
            RowStore first = servers.get(0).rows(shard).all();
            for (ServerNode server : servers) {
                RowStore other = server.rows(shard).all();
                for (Table table : Table.values()) {
                    if (other.appliedIndex() == first.appliedIndex() && sum(first, table) != sum(other, table)) {
                        throw new Violation(
                                Promise.SAME_ROWS,
                                "at entry %d of shard %d the rows %s of %s and %s differ",
                                first.appliedIndex(),
                                shard,
                                table,
                                servers.get(0).name(),
                                server.name());
                    }
                }
            }
        }
    }

    private static long sum(RowStore rows, Table table) {
        CRC32 sum = new CRC32();
        rows.scan(table, 0, 0, (major, minor, value, length) -> {
            add(sum, major);
            add(sum, minor);
            add(sum, value, length);
            return true;
        });
        return sum.getValue();
    }

    private static void add(CRC32 sum, long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            sum.update((int) (value >>> shift));
        }
    }

    private static void add(CRC32 sum, DirectBuffer value, int length) {
        byte[] bytes = new byte[length];
        value.getBytes(0, bytes);
        sum.update(bytes);
    }
}
