package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.RefusalCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client of a cluster goes to the server that leads what it uses, and knows the others. */
class RedirectTest {
    private static final String LEADER = "leader:7676";

    private final LinkRig rig = new LinkRig();

    private void sentToTheLeader() {
        rig.server.leader = LEADER;
        rig.turn(rig.machine::begin);
        rig.connect();
        rig.exchange();
        assertThat(rig.events).containsExactly("connect one", "disconnect", "sent to leader");
    }

    private void atTheLeader() {
        rig.server.leader = null;
        rig.connect();
        rig.exchange();
    }

    @Test
    void goesToTheServerThatServesItsShard() {
        sentToTheLeader();
        atTheLeader();
        assertThat(rig.events).endsWith("sent to leader", "established");
        assertThat(rig.server.unreached).isEmpty();
    }

    @Test
    void isPassedOnByWhoNamedAServerThatItDoesNotReach() {
        sentToTheLeader();
        rig.refuseConnect();
        rig.connect();
        rig.exchange();
        assertThat(rig.events).endsWith("sent to leader", "connect one", "established");
        assertThat(rig.server.unreached).isEqualTo(LEADER);
    }

    @Test
    void comesBackToTheServerThatItWasWithAndThenToWhoNamedIt() {
        sentToTheLeader();
        atTheLeader();
        rig.breakSocket();
        rig.server.leader = LEADER;
        rig.pass(Duration.ofSeconds(1));
        rig.refuseConnect();
        rig.reconnect();
        assertThat(rig.events).endsWith("established", "interrupted", "sent to leader", "connect one", "resumed");
        assertThat(rig.server.unreached).isEqualTo(LEADER);
    }

    @Test
    void doesNotTakeAnotherClusterForItsOwn() {
        sentToTheLeader();
        rig.server.clusterId = ModelServer.CLUSTER + 1;
        atTheLeader();
        assertThat(rig.events).endsWith("sent to leader", "disconnect", "connect one");
        rig.server.clusterId = ModelServer.CLUSTER;
        rig.connect();
        rig.exchange();
        assertThat(rig.events).endsWith("established");
    }

    @Test
    void goesNowhereThatAnotherClusterSendsIt() {
        sentToTheLeader();
        rig.server.clusterId = ModelServer.CLUSTER + 1;
        rig.server.leader = "stranger:7676";
        rig.connect();
        rig.exchange();
        assertThat(rig.events).endsWith("sent to leader", "disconnect", "connect one");
    }

    @Test
    void whatItIsRefusedWhereItWasSentItAsksOfWhoSentIt() {
        sentToTheLeader();
        rig.server.refuseHello = RefusalCode.AUTHENTICATION;
        atTheLeader();
        rig.server.refuseHello = null;
        rig.connect();
        rig.exchange();
        assertThat(rig.failure).isNull();
        assertThat(rig.events).endsWith("sent to leader", "disconnect", "connect one", "established");
    }

    @Test
    void isNotSentRoundForEver() {
        sentToTheLeader();
        for (int times = 1; !rig.events.contains("established"); times++) {
            assertThat(times).as("sent on").isLessThan(10);
            rig.connect();
            rig.exchange();
        }
        assertThat(rig.events).endsWith("sent to leader", "disconnect", "connect one", "established");
    }

    private static LinkRig toldOf(String members) {
        LinkRig rig = new LinkRig(LinkRig.options(LinkOptions.FOREVER, LinkRig.ONE)).opened();
        rig.server.writer().membersFrame(members);
        rig.toClient();
        return rig;
    }

    private static void refuse(LinkRig rig) {
        rig.pass(Duration.ofSeconds(2));
        rig.refuseConnect();
    }

    @Test
    void looksForItsSessionAtOneServerThatItWasToldOfAfterEachRoundOfItsOwn() {
        LinkRig one = toldOf("[::1]:7,one:7676,three:7676");
        one.breakSocket();
        refuse(one);
        refuse(one);
        refuse(one);
        one.reconnect();
        assertThat(one.events)
                .endsWith("interrupted", "connect one", "connect ::1", "connect one", "connect three", "resumed");
    }

    @Test
    void takesNoStrangerForAServerThatItWasToldOf() {
        LinkRig one = toldOf("three:7676");
        one.breakSocket();
        refuse(one);
        one.server.clusterId = ModelServer.CLUSTER + 1;
        one.reconnect();
        one.server.clusterId = ModelServer.CLUSTER;
        one.reconnect();
        assertThat(one.events).endsWith("connect one", "connect three", "disconnect", "connect one", "resumed");
    }

    @Test
    void whatItIsRefusedByAServerThatItWasToldOfIsNotTheLastWord() {
        LinkRig one = toldOf("three:7676");
        one.breakSocket();
        refuse(one);
        one.server.refuseHello = RefusalCode.AUTHENTICATION;
        one.reconnect();
        one.server.refuseHello = null;
        one.reconnect();
        assertThat(one.events).endsWith("connect one", "connect three", "disconnect", "connect one", "resumed");
    }

    @Test
    void aSessionThatAllOthersHaveForgottenIsGoneWhenNobodyElseAnswers() {
        LinkRig one = toldOf("three:7676");
        one.breakSocket();
        for (int round = 0; round < 2; round++) {
            assertThat(one.failure).isNull();
            one.server.refuseHello = null;
            refuse(one);
            one.server.refuseHello = RefusalCode.SESSION_UNKNOWN;
            one.reconnect();
        }
        assertThat(one.failure).isNotNull();
        assertThat(one.failure.code()).isEqualTo(RefusalCode.SESSION_UNKNOWN);
    }

    @Test
    void aLinkThatBeginsLaterKnowsTheServersToo() {
        LinkOptions options = LinkRig.options(LinkOptions.FOREVER, LinkRig.ONE)
                .withShard(0, "", new LinkOptions.Members(List.of(LinkRig.TWO), ModelServer.CLUSTER));
        LinkRig one = new LinkRig(options);
        one.turn(one.machine::begin);
        one.refuseConnect();
        one.connect();
        one.exchange();
        assertThat(one.events).containsExactly("connect one", "connect two", "established");
    }

    @Test
    void isNotSentBackToAServerThatFellSilent() {
        rig.opened();
        for (int beat = 0; beat < 3; beat++) {
            rig.pass(Duration.ofMillis(ModelServer.HEARTBEAT_MILLIS));
        }
        rig.reconnect();
        assertThat(rig.events).endsWith("connect two", "resumed");
        assertThat(rig.lastReason).contains("one:7676: three heartbeats without a word");
        assertThat(rig.server.unreached).isEqualTo("one:7676");
    }

    @Test
    void aListOfServersThatCannotBeReadChangesNothing() {
        LinkRig one = toldOf("three:7676");
        one.server.writer().membersFrame("four:7676,five");
        one.toClient();
        one.reconnect();
        one.breakSocket();
        refuse(one);
        one.reconnect();
        assertThat(one.events).endsWith("interrupted", "connect one", "connect three", "resumed");
    }

    @Test
    void aServerThatIsNamedInNoWayThatCanBeReadIsOfNoUse() {
        rig.server.leader = "7676";
        rig.turn(rig.machine::begin);
        rig.connect();
        rig.exchange();
        assertThat(rig.failure).hasMessageContaining("'7676' is not host:port");
    }
}
