package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Path;

/** The adapter in GlassFish 8. */
class GlassFish8IT extends ApplicationServerScenarios {
    @Override
    ApplicationServer unpack(Path into, String sluiceUrl) throws IOException {
        return new GlassFish("glassfish8", GlassFish.jdk(21), into, sluiceUrl);
    }
}
