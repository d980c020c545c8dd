package dev.sluice.server.raft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.Checksum;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.PureJavaCrc32C;
import org.junit.jupiter.api.Test;

/** The checksum of Ratis' log is ours, and the one that Ratis would compute: a log of either can be read by the other. */
class RatisChecksumTest {
    private static final String FILE = PureJavaCrc32C.class.getName().replace('.', '/') + ".class";

    @Test
    void theOneInUseIsOurs() {
        assertThat(PureJavaCrc32C.class.getProtectionDomain().getCodeSource().getLocation())
                .isEqualTo(RaftLog.class.getProtectionDomain().getCodeSource().getLocation())
                .isNotEqualTo(
                        RaftServer.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Test
    void itIsCrc32C() {
        // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
        assertThat(sum(new PureJavaCrc32C(), "123456789".getBytes(US_ASCII))).isEqualTo(0xE3069283L);
        assertThat(sum(new PureJavaCrc32C(), new byte[32])).isEqualTo(0x8A9136AAL);
    }

    @Test
    void itIsTheOneOfRatis() throws IOException, ReflectiveOperationException {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        Checksum theirs = ofRatis();
        PureJavaCrc32C ours = new PureJavaCrc32C();
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            long expected = sum(theirs, bytes);
            assertThat(sum(ours, bytes)).isEqualTo(expected);
            ByteBuffer direct = ByteBuffer.allocateDirect(length).put(bytes).flip();
            ours.reset();
            ours.update(direct);
            assertThat(ours.getValue()).isEqualTo(expected);
            assertThat(direct.remaining()).isEqualTo(length);
        }
    }

    private static long sum(Checksum of, byte[] bytes) {
        of.reset();
        of.update(bytes, 0, bytes.length);
        return of.getValue();
    }

    /** The class that ours hides; when Ratis has it no more, ours is to go. */
    private static Checksum ofRatis() throws IOException, ReflectiveOperationException {
        List<URL> both = Collections.list(RaftServer.class.getClassLoader().getResources(FILE));
        assertThat(both).as("the class in two places").hasSize(2);
        try (InputStream in = both.get(1).openStream()) {
            byte[] bytes = in.readAllBytes();
            Class<?> type = new ClassLoader(RatisChecksumTest.class.getClassLoader()) {
                Class<?> define() {
                    return defineClass(PureJavaCrc32C.class.getName(), bytes, 0, bytes.length);
                }
            }.define();
            return (Checksum) type.getConstructor().newInstance();
        }
    }
}
