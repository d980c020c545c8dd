package dev.sluice.server.simulation;

import dev.sluice.server.simulation.stage.SlabStock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays worlds, one after the other, on the thread that calls. */
public final class Simulation {
    private final SlabStock memory = new SlabStock();

    /** Ready. */
    public Simulation() {}

    /** Plays the world of a seed; {@code lines} hears what happens, if anyone wants to. The same seed is the same world, with all that happens in it. */
    public Outcome play(long seed, @Nullable Consumer<String> lines) {
        World world = new World(seed, memory, lines);
        Throwable failure = null;
        try {
            world.play();
        } catch (RuntimeException | Error broken) {
            failure = broken;
        } finally {
            world.end();
        }
        return new Outcome(
                seed,
                world.hash(),
                world.events(),
                world.nowMillis(),
                world.oracle.confirmed(),
                world.oracle.received(),
                failure);
    }
}
