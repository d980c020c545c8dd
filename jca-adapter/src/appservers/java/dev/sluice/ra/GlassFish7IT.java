package dev.sluice.ra;

import java.io.IOException;
import java.nio.file.Path;

/** The adapter in GlassFish 7. */
class GlassFish7IT extends ApplicationServerScenarios {
    @Override
    ApplicationServer unpack(Path into, String sluiceUrl) throws IOException {
        return new GlassFish("glassfish7", GlassFish.jdk(17), into, sluiceUrl);
    }
}
