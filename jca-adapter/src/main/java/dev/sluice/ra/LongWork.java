package dev.sluice.ra;

import jakarta.resource.spi.work.HintsContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkContextProvider;
import java.util.List;

/** Work that says of itself that it takes long, for containers that keep such threads apart. Immutable. */
final class LongWork implements Work, WorkContextProvider {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // It is never stored: the type asks for it.
    private final Errand errand;

    LongWork(Errand errand) {
        this.errand = errand;
    }

    @Override
    public void run() {
        errand.run();
    }

    @Override
    public void release() {
        errand.release();
    }

    @Override
    public List<WorkContext> getWorkContexts() {
        HintsContext hints = new HintsContext();
        hints.setName("Sluice receiver");
        hints.setHint(HintsContext.LONGRUNNING_HINT, true);
        return List.of(hints);
    }
}
