package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.junit.jupiter.api.Test;

class RaftSettingsTest {
    private static final int LEADERS_AT_A_TIME = 2;

    @Test
    void theQueueToTheDiskTakesAllThatLeadersSendWithoutAnAnswer() {
        MemberAddress own = new MemberAddress("a.1", "localhost:8676", "localhost:7676");
        RaftProperties settings = RaftSettings.of(new RaftOptions("a", List.of(own), 1, Path.of("raft"), 1 << 20));
        long underWay = GrpcConfigKeys.Server.leaderOutstandingAppendsMax(settings)
                * Log.Appender.bufferByteLimit(settings).getSize();
        assertThat(Log.queueByteLimit(settings).getSize()).isGreaterThan(LEADERS_AT_A_TIME * underWay);
        assertThat(Log.queueElementLimit(settings)).isEqualTo(Integer.MAX_VALUE);
    }
}
