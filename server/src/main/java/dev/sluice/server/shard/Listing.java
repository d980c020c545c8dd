package dev.sluice.server.shard;

import dev.sluice.server.core.Address;
import dev.sluice.server.core.Branch;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.Subscription;
import dev.sluice.server.core.Xid;
import dev.sluice.wire.ServerFrameWriter;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.DestinationInfoEncoder;
import dev.sluice.wire.codec.ListTransactionsDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** Lists destinations with their counts, and keeps the rates of those that are in use. Owner: the shard thread. */
final class Listing {
    /** Each second counts so much of what was before. */
    private static final double KEEP = 0.6;

    private static final long SAMPLE_MILLIS = 1000;

    private static final double FORGET_BELOW = 0.01;

    private final ReplicatedMachine machine;
    private final Dispatcher dispatcher;
    private final Clients clients;
    private final Long2ObjectHashMap<Rate> rates = new Long2ObjectHashMap<>();
    private long sampledMillis;

    Listing(ReplicatedMachine machine, Dispatcher dispatcher, Clients clients) {
        this.machine = machine;
        this.dispatcher = dispatcher;
        this.clients = clients;
    }

    private static final class Rate {
        private long published;
        private long acknowledged;
        private double publishedPerSecond;
        private double acknowledgedPerSecond;
    }

    /** Samples what moved, once a second at most; called again and again while there is traffic. */
    void sample(long nowMillis) {
        if (nowMillis - sampledMillis < SAMPLE_MILLIS) {
            return;
        }
        double seconds = (nowMillis - sampledMillis) / 1000.0;
        sampledMillis = nowMillis;
        sample(false, seconds);
        sample(true, seconds);
    }

    private void sample(boolean topics, double seconds) {
        for (Address address : machine.catalog().addresses(topics, "")) {
            Rate rate = rates.get(address.id());
            if (rate == null) {
                if (address.published() == 0 && address.acknowledged() == 0) {
                    continue;
                }
                rate = new Rate();
                rates.put(address.id(), rate);
            }
            rate.publishedPerSecond =
                    KEEP * rate.publishedPerSecond + (1 - KEEP) * (address.published() - rate.published) / seconds;
            rate.acknowledgedPerSecond = KEEP * rate.acknowledgedPerSecond
                    + (1 - KEEP) * (address.acknowledged() - rate.acknowledged) / seconds;
            rate.published = address.published();
            rate.acknowledged = address.acknowledged();
        }
        rates.values()
                .removeIf(rate -> rate.publishedPerSecond < FORGET_BELOW
                        && rate.acknowledgedPerSecond < FORGET_BELOW
                        && rate.published == 0);
    }

    /** Writes those whose names match the glob, then the end. */
    void list(String glob, long requestId, Supplier<ServerFrameWriter> to) {
        Pattern pattern = pattern(glob);
        Long2LongHashMap inTransactions = new Long2LongHashMap(0);
        for (Branch branch : machine.catalog().branches()) {
            branch.visitParts(
                    machine.catalog(),
                    (address, staged, taken) ->
                            inTransactions.put(address.id(), inTransactions.get(address.id()) + staged + taken));
        }
        for (boolean topics : new boolean[] {false, true}) {
            for (Address address : machine.catalog().addresses(topics, "")) {
                if (pattern.matcher(address.name()).matches()) {
                    write(address, inTransactions.get(address.id()), requestId, to.get());
                }
            }
        }
        to.get().listEndFrame(requestId);
    }

    /** Writes the transactions there are, or only the branches that recovery must hear of; then the end. */
    void transactions(ListTransactionsDecoder frame, ClientConnection connection, FrameHandler.Space space) {
        boolean inDoubt = frame.inDoubt() != 0;
        boolean parts = frame.parts() != 0;
        long requestId = frame.requestId();
        space.asLeader(() -> {
            if (!connection.isClosed()) {
                transactions(inDoubt, parts, requestId, () -> clients.say(connection));
            }
        });
    }

    private void transactions(boolean inDoubt, boolean parts, long requestId, Supplier<ServerFrameWriter> to) {
        for (Branch branch : machine.catalog().branches()) {
            if (!inDoubt || branch.state().isInDoubt()) {
                write(branch, requestId, to.get());
                if (parts) {
                    branch.visitParts(
                            machine.catalog(),
                            (address, staged, taken) ->
                                    write(branch, new Part(address, staged, taken), requestId, to.get()));
                }
            }
        }
        to.get().listEndFrame(requestId);
    }

    private record Part(Address address, long staged, long taken) {}

    private static void write(Branch branch, Part part, long requestId, ServerFrameWriter to) {
        byte[] name = part.address.name().getBytes(StandardCharsets.UTF_8);
        to.end(to.transactionPart(name.length)
                .requestId(requestId)
                .branchId(branch.id())
                .staged(part.staged)
                .taken(part.taken)
                .kind(kind(part.address))
                .putName(name, 0, name.length)
                .limit());
    }

    private static AddressKind kind(Address address) {
        return address.isTopic() ? AddressKind.TOPIC : AddressKind.QUEUE;
    }

    private void write(Branch branch, long requestId, ServerFrameWriter to) {
        Xid xid = branch.xid();
        byte[] global = xid == null ? new byte[0] : Xid.bytes(xid.globalTransactionId());
        byte[] qualifier = xid == null ? new byte[0] : Xid.bytes(xid.branchQualifier());
        byte[] clientId = branch.origin().clientId().getBytes(StandardCharsets.UTF_8);
        long connected = branch.sessions().stream().filter(clients::isConnected).count();
        to.end(to.transactionInfo(global.length + qualifier.length + clientId.length)
                .requestId(requestId)
                .branchId(branch.id())
                .startedMillis(branch.origin().startedMillis())
                .preparedMillis(branch.preparedMillis())
                .staged(branch.stagedMessages())
                .taken(branch.takenMessages())
                .formatId(xid == null ? 0 : xid.formatId())
                .connected(connected)
                .state(branch.state().onWire())
                .putGlobalTransactionId(global, 0, global.length)
                .putBranchQualifier(qualifier, 0, qualifier.length)
                .putClientId(clientId, 0, clientId.length)
                .limit());
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (String part : (glob.isEmpty() ? "*" : glob).split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private void write(Address address, long inTransactions, long requestId, ServerFrameWriter to) {
        Rate rate = rates.get(address.id());
        int consumers = 0;
        long held = 0;
        for (Subscription subscription : address.subscriptions()) {
            consumers += subscription.consumers();
            held += dispatcher.held(subscription);
        }
        byte[] name = address.name().getBytes(StandardCharsets.UTF_8);
        DestinationInfoEncoder frame = to.destinationInfo(name.length)
                .requestId(requestId)
                .addressId(address.id())
                .kind(kind(address))
                .messages(address.messages())
                .delayed(address.delayed())
                .held(held)
                .consumers(consumers)
                .subscriptions(address.isTopic() ? address.subscriptions().size() : 0)
                .published(address.published())
                .acknowledged(address.acknowledged())
                .publishedPerSecond(rate == null ? 0 : rate.publishedPerSecond)
                .acknowledgedPerSecond(rate == null ? 0 : rate.acknowledgedPerSecond)
                .inTransactions(inTransactions);
        frame.flags().clear().temporary(address.isTemporary());
        to.end(frame.putName(name, 0, name.length).limit());
    }
}
