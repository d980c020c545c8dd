package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.BucketMap;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    private static final int SHARDS = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static ByteString entry(BucketMap map) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Catalog.write(map, new DataOutputStream(bytes));
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static String apply(Catalog catalog, long index, BucketMap map) throws IOException {
        return catalog.apply(TermIndex.valueOf(4, index), entry(map));
    }

    private static long version(Catalog catalog) {
        BucketMap map = catalog.map();
        return map == null ? 0 : map.version();
    }

    @Test
    void theFirstMapWinsAndEachNextFollowsTheOneBefore() throws IOException {
        BucketMap first = BucketMap.initial(SHARDS);
        BucketMap second = first.with(7, 2);
        try (Catalog catalog = Catalog.open(directory, SHARDS)) {
            assertThat(catalog.kept()).isNull();
            assertThat(apply(catalog, 1, second)).contains("where 1 is next");
            assertThat(apply(catalog, 2, first)).isEmpty();
            assertThat(apply(catalog, 3, first)).contains("where 2 is next");
            assertThat(apply(catalog, 4, second)).isEmpty();
            assertThat(apply(catalog, 5, first.with(8, 0))).contains("where 3 is next");
            assertThat(version(catalog)).isEqualTo(2);
        }
    }

    @Test
    void whatIsKnownIsInTheFileWithTheEntryThatItCameWith() throws IOException {
        BucketMap second = BucketMap.initial(SHARDS).with(7, 2);
        try (Catalog catalog = Catalog.open(directory, SHARDS)) {
            assertThat(apply(catalog, 2, BucketMap.initial(SHARDS))).isEmpty();
            assertThat(apply(catalog, 9, second)).isEmpty();
            assertThat(apply(catalog, 10, second)).isNotEmpty();
        }
        try (Catalog again = Catalog.open(directory, SHARDS)) {
            assertThat(version(again)).isEqualTo(2);
            assertThat(again.kept()).extracting(Catalog.Kept::entry).isEqualTo(TermIndex.valueOf(4, 9));
        }
    }

    @Test
    void aMapOfOtherShardsIsRefused() throws IOException {
        try (Catalog catalog = Catalog.open(directory, SHARDS)) {
            assertThatThrownBy(() -> apply(catalog, 1, BucketMap.initial(SHARDS + 1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is for 4 shards, and this member has 3");
            assertThat(apply(catalog, 2, BucketMap.initial(SHARDS))).isEmpty();
        }
        assertThatThrownBy(() -> Catalog.open(directory, SHARDS + 1)).hasMessageContaining("is for 3 shards");
    }

    @Test
    void aFileThatIsDamagedIsRefused() throws IOException {
        try (Catalog catalog = Catalog.open(directory, SHARDS)) {
            assertThat(apply(catalog, 1, BucketMap.initial(SHARDS))).isEmpty();
        }
        Path file = directory.resolve("catalog");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 2] = 99;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Catalog.open(directory, SHARDS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a catalog with a map");
    }
}
