package dev.sluice.link;

/** A command of a consumer; it gets its frame from {@link Consumers}, which know what the consumer holds when it comes in. */
public abstract sealed class ConsumerCommand extends Command {
    ConsumerCommand(Kind kind, long consumerId) {
        super(kind, consumerId, null);
    }

    @Override
    public final void enter(LinkMachine machine) {
        submitTo(machine.consumers());
    }

    abstract void submitTo(Consumers consumers);

    /** Opens it. */
    public static final class Open extends ConsumerCommand {
        final Link.ConsumerSpec spec;
        final DeliverySink sink;

        /** With what it wants, and where its messages go. */
        public Open(Link.ConsumerSpec spec, DeliverySink sink) {
            super(Kind.OPEN_CONSUMER, spec.consumerId());
            this.spec = spec;
            this.sink = sink;
        }

        @Override
        void submitTo(Consumers consumers) {
            consumers.open(this);
        }
    }

    /** Closes it; the session keeps {@code retained}. */
    public static final class Close extends ConsumerCommand {
        final Ranges retained;

        /** Takes over the ranges. */
        public Close(long consumerId, Ranges retained) {
            super(Kind.CLOSE_CONSUMER, consumerId);
            this.retained = retained;
        }

        @Override
        void submitTo(Consumers consumers) {
            consumers.close(this);
        }
    }

    /** Settles messages. */
    public static final class Acknowledge extends ConsumerCommand {
        final Ranges ranges;
        final long transactionId;
        final boolean awaited;

        private Acknowledge(long consumerId, long transactionId, Ranges ranges, boolean awaited) {
            super(Kind.ACKNOWLEDGE, consumerId);
            this.transactionId = transactionId;
            this.ranges = ranges;
            this.awaited = awaited;
        }

        /** Of its own; takes over the ranges. {@code awaited}: whether somebody waits for the reply. */
        public static Acknowledge now(long consumerId, Ranges ranges, boolean awaited) {
            return new Acknowledge(consumerId, 0, ranges, awaited);
        }

        /** Within a transaction; takes over the ranges. */
        public static Acknowledge within(long transactionId, long consumerId, Ranges ranges) {
            return new Acknowledge(consumerId, transactionId, ranges, true);
        }

        /** Some of it. */
        Acknowledge part(Ranges part) {
            return new Acknowledge(consumerId(), transactionId, part, awaited);
        }

        @Override
        void submitTo(Consumers consumers) {
            consumers.acknowledge(this);
        }
    }

    /** Gives back all that it holds and begins an epoch. */
    public static final class GiveBack extends ConsumerCommand {
        final long epoch;
        final Ranges failed;

        /** Takes over the ranges. */
        public GiveBack(long consumerId, long epoch, Ranges failed) {
            super(Kind.RETURN, consumerId);
            this.epoch = epoch;
            this.failed = failed;
        }

        @Override
        void submitTo(Consumers consumers) {
            consumers.giveBack(this);
        }
    }
}
