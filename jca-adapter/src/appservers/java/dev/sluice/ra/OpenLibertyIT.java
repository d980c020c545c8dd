package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Path;

/** The adapter in Open Liberty. */
class OpenLibertyIT extends ApplicationServerScenarios {
    @Override
    ApplicationServer unpack(Path into, String sluiceUrl) throws IOException {
        return new OpenLiberty(into, sluiceUrl);
    }
}
