package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The adapter in WildFly. */
class WildFlyIT extends ApplicationServerScenarios {
    private static final int FEW_ADAPTERS = 5;

    @Override
    ApplicationServer unpack(Path into, String sluiceUrl) throws IOException {
        return new WildFly(into, sluiceUrl);
    }

    /** Few are left, however often: WildFly's threads at rest know their last task, and by that the adapter that it was of. */
    @Test
    void undeployedAdaptersDoNotPileUp() throws Exception {
        WildFly server = (WildFly) server();
        for (int time = 0; time < REDEPLOYMENTS; time++) {
            server.undeploy("orders.war");
            server.undeploy("sluice.rar");
            server.deployAdapter(rar());
            deployOrders();
            takeAnOrder("time-" + time);
        }
        Awaitility.await("those before are gone")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(Footprint.loaders(server, SluiceResourceAdapter.class))
                        .isLessThanOrEqualTo(FEW_ADAPTERS));
        assertThat(server.log()).doesNotContain("NoClassDefFoundError");
    }
}
