package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Path;

/** The adapter in WildFly. */
class WildFlyIT extends ApplicationServerScenarios {
    @Override
    ApplicationServer unpack(Path into, String sluiceUrl) throws IOException {
        return new WildFly(into, sluiceUrl);
    }
}
