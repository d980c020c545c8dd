package dev.sluice.bench.load;

import java.util.List;

/** What the workloads ask of a provider's client, in the bench's own few words. Any thread may connect; what a link opens belongs to one thread at a time. */
interface LoadClient extends AutoCloseable {
    /** A connection of its own. */
    Link connect() throws Exception;

    /** Takes away the queue with all that is left in it, now or at the end; false when what is left has to be received instead. */
    boolean remove(String queue) throws Exception;

    @Override
    void close();

    /** One connection. Closing it closes what was opened on it. */
    interface Link extends AutoCloseable {
        /** A producer that sends to {@code target}. */
        Producer producer(Target target) throws Exception;

        /** A consumer that is asked for messages; what is sent from now on reaches it. */
        Consumer consumer(Source source, Settlement settlement) throws Exception;

        /** Consumers on all these queues, in one session that hands over what comes as it comes. */
        void listen(List<String> queues, Arrivals arrivals) throws Exception;

        /** A client that asks at {@code queue} and has a temporary queue of its own for the answers. */
        Requester requester(String queue) throws Exception;

        /** A server that answers what is asked at {@code queue}. */
        Responder responder(String queue) throws Exception;

        @Override
        void close();
    }

    /** Sends. */
    interface Producer {
        /** Sends and returns when the provider says so; within a transaction it may say so early. */
        void send(Outgoing message) throws Exception;

        /**
         * Sends without waiting. Confirmations come one at a time.
         *
         * @throws UnsupportedOperationException when the provider cannot; nothing was sent then
         */
        void sendAsynchronously(Outgoing message, Confirmations confirmations) throws Exception;

        void commit() throws Exception;
    }

    /** What becomes of asynchronous sends; called by the provider's threads, one call at a time for a producer. */
    interface Confirmations {
        /** The message that started then is confirmed. */
        void confirmed(long startNanos);

        void failed(Exception reason);
    }

    /** Receives. */
    interface Consumer {
        /** What {@link #receive} returns when nothing came. */
        long NONE = Long.MIN_VALUE;

        /** The next message's time stamp, or {@link #NONE} when none comes in this time. */
        long receive(long timeoutMillis) throws Exception;

        /** Says at once that it has what it received, where that is not said with each message. */
        void settle() throws Exception;
    }

    /** Where messages go to that come without being asked for; called by one thread at a time. */
    interface Arrivals {
        void arrived(long startNanos);

        void failed(Exception reason);
    }

    /** Asks. */
    interface Requester {
        /** Sends a request and waits for the answer to it; fails when there is none in time. */
        void request(Outgoing message, long timeoutMillis) throws Exception;
    }

    /** Answers. */
    interface Responder {
        /** Waits for a request and answers it; false when none comes in this time. */
        boolean answer(long timeoutMillis) throws Exception;
    }

    /** How a consumer says that it has a message. */
    enum Settlement {
        AUTO,
        DUPS_OK,
        /** By a call after each hundred messages, and when none is there. */
        CLIENT,
        /** By the commits of its session. */
        COMMIT
    }

    /**
     * Where a producer sends to.
     *
     * @param names the queues it sends to by their index, or one topic
     */
    record Target(List<String> names, boolean topic, boolean persistent, boolean transacted) {}

    /**
     * Where a consumer receives from.
     *
     * @param selector the messages that it takes; empty for all
     */
    record Source(Kind kind, String name, String selector) {
        /** What it is. */
        enum Kind {
            QUEUE,
            TOPIC,
            /** A topic by a durable subscription of its own, which ends when the consumer's link closes. */
            DURABLE_TOPIC
        }

        static Source queue(String name) {
            return new Source(Kind.QUEUE, name, "");
        }
    }
}
