package dev.sluice.server.shard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Subscription;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.wire.Wire;
import java.util.ArrayDeque;

/** Commands that the server itself wants in the log, until there is room for them in a batch. Owner: the shard thread. */
final class Proposals {
    /** So many runs in one command. */
    private static final int RUNS_MAX = 1000;

    /** So many dead letters wait at most, and no more once they have so many bytes: they are in memory. */
    private static final int DEAD_LETTERS_MAX = 1000;

    private static final int DEAD_LETTER_BYTES_MAX = 4 << 20;

    private final ArrayDeque<Proposal> waiting = new ArrayDeque<>();
    private final ArrayDeque<MachineCommands.DeadLetter> deadLetters = new ArrayDeque<>();
    private long deadLetterBytes;
    /** As many dead letters wait as may; more when half of them are gone. */
    private boolean fullOfDeadLetters;

    private boolean hasSpace = true;
    private boolean storeFollows = true;

    private interface Proposal {
        void encode(MachineCommands to);

        int bytes();
    }

    /**
     * What holds for dead letters from now on: whether there is space for them, and whether the store is so close behind that they would
     * not fill the memory.
     */
    void room(boolean nowHasSpace, boolean nowStoreFollows) {
        hasSpace = nowHasSpace;
        storeFollows = nowStoreFollows;
    }

    /** Whether there is something to write, and room for it. */
    boolean fitsIn(Batch batch) {
        return (!waiting.isEmpty() && batch.hasRoom(waiting.getFirst().bytes())) || mayMove(batch);
    }

    private boolean mayMove(Batch batch) {
        return !deadLetters.isEmpty() && hasSpace && storeFollows && batch.hasRoom(bytes(deadLetters.getFirst()));
    }

    void expire(Subscription subscription, Runs runs) {
        forEachPart(runs, part -> add(part.size(), to -> to.expire(subscription.id(), part)));
    }

    void failures(Consumer consumer, Runs runs) {
        long sessionId = consumer.session().id();
        long subscriptionId = consumer.subscription().id();
        forEachPart(
                runs,
                part -> add(
                        part.size(),
                        to -> to.giveBack(
                                sessionId, 0, new MachineCommands.Returned(subscriptionId, consumer.id(), 0, part))));
    }

    /** The client has heard that its claims were lost: nothing comes back, and the epoch is the one it has. */
    void heard(Consumer consumer) {
        long sessionId = consumer.session().id();
        long epoch = consumer.epoch();
        Runs none = new Runs();
        MachineCommands.Returned returned =
                new MachineCommands.Returned(consumer.subscription().id(), consumer.id(), epoch, none);
        add(0, to -> to.giveBack(sessionId, 0, returned));
    }

    /** A message goes to a dead-letter queue, once there is space. */
    void deadLetter(MachineCommands.DeadLetter letter) {
        deadLetters.add(letter);
        deadLetterBytes += bytes(letter);
        fullOfDeadLetters = deadLetters.size() >= DEAD_LETTERS_MAX || deadLetterBytes >= DEAD_LETTER_BYTES_MAX;
    }

    private static int bytes(MachineCommands.DeadLetter letter) {
        return letter.envelope().length() + Wire.NAME_BYTES_MAX;
    }

    /** Whether more dead letters may wait. */
    DeadLetterRoom deadLetterRoom() {
        if (!hasSpace) {
            return DeadLetterRoom.NONE;
        }
        return fullOfDeadLetters ? DeadLetterRoom.SOON : DeadLetterRoom.THERE;
    }

    /** Whether some wait. */
    boolean hasDeadLetters() {
        return !deadLetters.isEmpty();
    }

    void lose(Session session) {
        add(0, to -> to.lose(session.id()));
    }

    void endSession(Session session) {
        add(0, to -> to.endSession(session.id(), 0));
    }

    /** A command with so many runs. */
    void add(int runs, java.util.function.Consumer<MachineCommands> command) {
        waiting.add(new Proposal() {
            @Override
            public void encode(MachineCommands to) {
                command.accept(to);
            }

            @Override
            public int bytes() {
                return (int) CommandEncoder.bytesFor(0, runs);
            }
        });
    }

    private static void forEachPart(Runs runs, java.util.function.Consumer<Runs> action) {
        Runs part = new Runs();
        for (int run = 0; run < runs.size(); run++) {
            part.add(runs.lane(run), runs.first(run), runs.count(run));
            if (part.size() == RUNS_MAX) {
                action.accept(part);
                part = new Runs();
            }
        }
        if (!part.isEmpty() || runs.isEmpty()) {
            action.accept(part);
        }
    }

    /** Writes what has room; returns whether all but dead letters is written. */
    @CanIgnoreReturnValue
    boolean drainTo(Batch batch) {
        while (!waiting.isEmpty() && batch.hasRoom(waiting.getFirst().bytes())) {
            waiting.removeFirst().encode(batch.encoder());
        }
        while (mayMove(batch)) {
            MachineCommands.DeadLetter letter = deadLetters.removeFirst();
            deadLetterBytes -= bytes(letter);
            batch.encoder().deadLetter(letter);
        }
        fullOfDeadLetters &= deadLetters.size() > DEAD_LETTERS_MAX / 2 || deadLetterBytes > DEAD_LETTER_BYTES_MAX / 2;
        return waiting.isEmpty();
    }
}
