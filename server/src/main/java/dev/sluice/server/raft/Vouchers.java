package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Clients that one member has checked, and passes on or sends to another: that one believes it, since only members reach this port, and checks no
 * password a second time. A voucher is good once and for a few seconds. Thread-safe.
 */
final class Vouchers implements AutoCloseable {
    private static final long GOOD_NANOS = Duration.ofSeconds(10).toNanos();

    /** More clients than may connect at a time would have to be under way. */
    private static final int WAITING_MAX = 20_000;

    private final Clock clock;
    private final Map<Voucher, Long> goodUntil = new ConcurrentHashMap<>();
    private final Map<String, MemberClient> clients = new ConcurrentHashMap<>();

    /**
     * Who a client is.
     *
     * @param keyHigh of its session, which nobody else knows; with {@code keyLow}
     * @param user its name; empty for one on the machine of the member that vouches
     */
    record Voucher(long keyHigh, long keyLow, String user) {
        static Voucher read(DataInput in) throws IOException {
            return new Voucher(in.readLong(), in.readLong(), in.readUTF());
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(keyHigh);
            out.writeLong(keyLow);
            out.writeUTF(user);
        }
    }

    Vouchers(Clock clock) {
        this.clock = clock;
    }

    /** Tells a member; {@code done} is called on any thread with whether it has heard. */
    void send(String raft, Voucher voucher, Consumer<Boolean> done) {
        MemberClient client = clients.computeIfAbsent(raft, MemberClient::of);
        client.tell(MemberCalls.VOUCH, voucher::write, done);
    }

    /** Another member has said so. */
    void received(Voucher voucher) {
        long now = clock.nanoTime();
        if (goodUntil.size() >= WAITING_MAX) {
            boolean unused = goodUntil.values().removeIf(until -> until - now < 0);
        }
        if (goodUntil.size() < WAITING_MAX) {
            goodUntil.put(voucher, now + GOOD_NANOS);
        }
    }

    /** Whether another member has said so lately, and nobody has asked since. */
    boolean take(Voucher voucher) {
        Long until = goodUntil.remove(voucher);
        return until != null && until - clock.nanoTime() > 0;
    }

    @Override
    public void close() {
        clients.values().forEach(MemberClient::close);
    }
}
