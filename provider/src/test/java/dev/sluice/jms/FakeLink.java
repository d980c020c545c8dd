package dev.sluice.jms;

import dev.sluice.link.Answer;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.TransactKind;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A link to a {@link FakeServer}: every call becomes a task of its loop. Tests may hold back the answers, and end the link. */
final class FakeLink implements Link {
    /** Happens just before a consumer is opened. */
    Runnable beforeOpening = () -> {};

    private static final String NO_CALL = "-";

    private static final AtomicLong IDS = new AtomicLong();

    final long id = IDS.incrementAndGet();
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final FakeServer server;
    private final LinkListener listener;
    private final List<Runnable> heldBack = new ArrayList<>();
    private final Map<Long, List<Step>> open = new HashMap<>();
    volatile boolean handOut = true;
    volatile Runnable onTake = () -> {};
    volatile long clockSkewMillis;
    private volatile boolean holding;
    private volatile String heldCall = NO_CALL;
    private volatile String refusedCall = NO_CALL;
    private volatile RefusalCode refusal = RefusalCode.SHUTTING_DOWN;
    /** Why no non-persistent message can be sent; null when they can. */
    volatile @Nullable LinkException refused;

    private volatile @Nullable LinkException failure;
    private volatile @Nullable String clientId;

    FakeLink(FakeServer server, LinkListener listener, String clientId) {
        this.server = server;
        this.listener = listener;
        this.clientId = clientId.isEmpty() ? null : clientId;
    }

    @FunctionalInterface
    private interface Work {
        long run() throws LinkException;
    }

    private Reply call(String name, Work work) {
        calls.add(name);
        boolean hold = name.startsWith(heldCall);
        if (hold) {
            heldCall = NO_CALL;
        }
        boolean refuse = name.equals(refusedCall);
        if (refuse) {
            refusedCall = NO_CALL;
        }
        Answer answer = new Answer();
        server.loop.run(() -> {
            long value = 0;
            LinkException refused = refuse ? new LinkException(refusal, "refused by the test") : failure;
            if (refused == null) {
                try {
                    value = work.run();
                } catch (LinkException refusal) {
                    refused = refusal;
                }
            }
            long result = value;
            LinkException outcome = refused;
            Runnable done = () -> {
                if (outcome == null) {
                    answer.succeed(result);
                } else {
                    answer.fail(outcome);
                }
            };
            if (holding || hold) {
                heldBack.add(done);
            } else {
                done.run();
            }
        });
        return answer;
    }

    /** From now on the server does its work, but its answers are held back. */
    void holdAnswers() {
        holding = true;
    }

    /** The server does the work of the next such call, but its answer is held back. */
    void holdNextAnswer(String call) {
        heldCall = call;
    }

    /** The server refuses the next such call. */
    void refuseNext(String call, RefusalCode code) {
        refusal = code;
        refusedCall = call;
    }

    void releaseAnswers() {
        holding = false;
        server.loop.run(() -> {
            heldBack.forEach(Runnable::run);
            heldBack.clear();
        });
    }

    /** The socket is gone. */
    void interrupt() {
        server.loop.run(() ->
                listener.interrupted(new LinkException(RefusalCode.SHUTTING_DOWN, "one:7676: the socket was closed")));
    }

    /** It is back. */
    void resume(String at) {
        server.loop.run(() -> listener.resumed(at));
    }

    /** The link fails for good. */
    void fail(RefusalCode code) {
        LinkException reason = new LinkException(code, "the link failed");
        failure = reason;
        server.loop.run(() -> listener.failed(reason));
    }

    @Override
    public long keyHigh() {
        return 7;
    }

    @Override
    public long keyLow() {
        return id;
    }

    @Override
    public long clusterId() {
        return 1;
    }

    @Override
    public long serverTimeMillis() {
        return System.currentTimeMillis() + clockSkewMillis;
    }

    @Override
    public boolean mayHandOut() {
        return handOut;
    }

    @Override
    public Reply setClientId(String newClientId) {
        return call("setClientId", () -> {
            server.claimClientId(newClientId);
            clientId = newClientId;
            return 0;
        });
    }

    @Override
    public Reply createAddress(AddressKind kind, int flags, String name) {
        return call("createAddress", () -> server.createAddress(kind, flags, name));
    }

    @Override
    public Reply deleteAddress(long addressId) {
        return call("deleteAddress", () -> {
            server.deleteAddress(addressId);
            return 0;
        });
    }

    @Override
    public Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        byte[] bytes = take(envelope);
        return call("publish", () -> {
            later(publication.transactionId(), () -> server.publish(this, publication, true, bytes));
            return 0;
        });
    }

    @Override
    public Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope) {
        byte[] bytes = take(envelope);
        AtomicLong named = new AtomicLong(-1);
        Reply address = call("createAddress", () -> {
            boolean known = server.has(kind, name);
            long id = server.createAddress(kind, flags, name);
            named.set(known ? id : -1);
            return id;
        });
        Reply message = call("publish", () -> {
            if (named.get() < 0) {
                throw new LinkException(RefusalCode.DESTINATION_UNKNOWN, "it is not known to be there");
            }
            server.publish(this, publication.to(named.get()), true, bytes);
            return 0;
        });
        return new Named(address, message);
    }

    @Override
    public void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body)
            throws LinkException {
        byte[] bytes = take(envelope);
        LinkException why = refused;
        if (why != null) {
            throw why;
        }
        Reply ignored = call("publishTransient", () -> {
            server.publish(this, publication, false, bytes);
            return 0;
        });
    }

    private static byte[] take(ByteBuf envelope) {
        byte[] bytes = new byte[envelope.readableBytes()];
        envelope.readBytes(bytes);
        envelope.release();
        return bytes;
    }

    @Override
    public Reply openConsumer(ConsumerSpec spec, DeliverySink sink) {
        beforeOpening.run();
        return call("openConsumer", () -> {
            server.open(this, spec, clientId, sink);
            return 0;
        });
    }

    @Override
    public Reply closeConsumer(long consumerId, Ranges retained) {
        return call("closeConsumer", () -> {
            server.close(this, consumerId, retained);
            return 0;
        });
    }

    @Override
    public Reply acknowledge(long consumerId, Ranges ranges, boolean awaited) {
        return call(awaited ? "acknowledge" : "acknowledge unawaited", () -> {
            server.acknowledge(this, consumerId, ranges);
            return 0;
        });
    }

    /** What a transaction does when it commits; without one it is done at once. */
    private void later(long transactionId, Step step) throws LinkException {
        if (transactionId == 0) {
            step.run();
        } else {
            open.computeIfAbsent(transactionId, id -> new ArrayList<>()).add(step);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws LinkException;
    }

    @Override
    public Reply take(long consumerId, long transactionId, Ranges ranges) {
        onTake.run();
        return call("take", () -> {
            later(transactionId, () -> server.acknowledge(this, consumerId, ranges));
            return 0;
        });
    }

    @Override
    public Reply transact(Transaction what) {
        return call("transact " + what.kind(), () -> {
            List<Step> steps = open.remove(what.transactionId());
            if (steps != null && what.kind() == TransactKind.COMMIT_LOCAL) {
                for (Step step : steps) {
                    step.run();
                }
            }
            return 0;
        });
    }

    @Override
    public void listTransactions(boolean inDoubt, TransactionSink sink) {
        server.loop.run(() -> sink.end(null));
    }

    @Override
    public Reply giveBack(long consumerId, long epoch, Ranges failed) {
        return call("giveBack", () -> {
            server.giveBack(this, consumerId, epoch, failed);
            return 0;
        });
    }

    @Override
    public void credit(long consumerId, long epoch, long total) {
        Reply ignored = call("credit", () -> {
            server.credit(this, consumerId, epoch, total);
            return 0;
        });
    }

    @Override
    public Reply unsubscribe(String subscription) {
        return call("unsubscribe", () -> {
            server.unsubscribe(clientId, subscription);
            return 0;
        });
    }

    @Override
    public void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        server.loop.run(() -> server.browse(addressId, selector, sink));
    }

    @Override
    public void creditBrowser(long browserId, long total) {}

    @Override
    public void closeBrowser(long browserId) {}

    @Override
    public void listDestinations(String filter, ListSink sink) {
        server.loop.run(() -> sink.end(null));
    }

    @Override
    public Reply purge(long addressId) {
        return call("purge", () -> 0);
    }

    @Override
    public Reply close() {
        return call("close", () -> {
            String owned = clientId;
            if (owned != null) {
                server.releaseClientId(owned);
            }
            return 0;
        });
    }
}
