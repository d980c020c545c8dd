package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.BrowseEndDecoder;
import dev.sluice.wire.codec.BrowsedDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DestinationInfoDecoder;
import dev.sluice.wire.codec.ListEndDecoder;
import dev.sluice.wire.codec.TransactionInfoDecoder;
import dev.sluice.wire.codec.TransactionPartDecoder;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is asked without a number: browsers and lists. It waits for the socket; one whose answer had not begun when the socket was lost
 * is asked again, one in the middle ends with a failure. Owned by the link machine.
 */
final class Browsing {
    private static final float LOAD_FACTOR = 0.6f;
    private static final int INITIAL = 8;

    private final Output output;
    private final LinkEffects effects;
    private final Long2ObjectHashMap<Browser> browsers = new Long2ObjectHashMap<>(INITIAL, LOAD_FACTOR, false);
    private final Long2ObjectHashMap<Listing> lists = new Long2ObjectHashMap<>(INITIAL, LOAD_FACTOR, false);
    private long lastRequest;
    private boolean attached;

    Browsing(Output output, LinkEffects effects) {
        this.output = output;
        this.effects = effects;
    }

    // ---- calls ----

    void open(BrowserRequest request) {
        Browser browser = new Browser(request);
        browsers.put(request.browserId(), browser);
        if (attached) {
            browser.write();
        }
    }

    void credit(long browserId, long total) {
        Browser browser = browsers.get(browserId);
        if (browser == null) {
            return;
        }
        browser.total = Math.max(browser.total, total);
        if (attached) {
            var frame = output.frame();
            frame.end(frame.creditBrowser()
                    .browserId(browserId)
                    .total(browser.total)
                    .limit());
        }
    }

    void close(long browserId) {
        Browser browser = browsers.remove(browserId);
        if (browser == null) {
            return;
        }
        browser.arrivals.dropAll();
        if (attached) {
            var frame = output.frame();
            frame.end(frame.closeBrowser().browserId(browserId).limit());
        }
    }

    void list(String filter, ListSink sink) {
        ask(new Listing(++lastRequest, new DestinationQuestion(filter, sink)));
    }

    void listTransactions(boolean inDoubt, TransactionSink sink) {
        ask(new Listing(++lastRequest, new TransactionQuestion(inDoubt, sink)));
    }

    private void ask(Listing listing) {
        lists.put(listing.requestId, listing);
        if (attached) {
            listing.question.write(listing.requestId, output);
        }
    }

    // ---- sockets ----

    void goOn() {
        attached = true;
        browsers.values().forEach(Browser::write);
        lists.values().forEach(listing -> listing.question.write(listing.requestId, output));
    }

    void socketLost() {
        attached = false;
        LinkException why = new LinkException(
                RefusalCode.SHUTTING_DOWN, "the connection was lost in the middle of the answer; ask again");
        end(browser -> browser.begun, listing -> listing.begun, why);
    }

    void giveUp(LinkException why) {
        attached = false;
        end(browser -> true, listing -> true, why);
    }

    private void end(
            java.util.function.Predicate<Browser> browser,
            java.util.function.Predicate<Listing> listing,
            LinkException why) {
        List<Browser> endedBrowsers = browsers.values().stream().filter(browser).toList();
        List<Listing> endedLists = lists.values().stream().filter(listing).toList();
        for (Browser ended : new ArrayList<>(endedBrowsers)) {
            browsers.remove(ended.request.browserId());
            ended.arrivals.dropAll();
            ended.request.sink().end(why);
        }
        for (Listing ended : endedLists) {
            lists.remove(ended.requestId);
            ended.question.end(why);
        }
    }

    // ---- frames of the server ----

    void browsed(BrowsedDecoder frame) {
        Browser browser = browsers.get(frame.browserId());
        if (browser != null) {
            browser.begun = true;
            browser.browsed(frame);
        }
    }

    /** False when it is not for a browser. */
    boolean chunk(DeliverChunkDecoder frame) {
        Browser browser = browsers.get(frame.consumerId());
        if (browser == null || frame.epoch() != 0) {
            return false;
        }
        browser.arrivals.chunk(frame);
        return true;
    }

    void browseEnd(BrowseEndDecoder frame) {
        Browser browser = browsers.get(frame.browserId());
        if (browser != null) {
            int code = frame.code();
            browser.end(code == 0 ? null : new LinkException(RefusalCode.of(code), text(frame)));
        }
    }

    void destination(DestinationInfoDecoder frame) {
        Listing listing = lists.get(frame.requestId());
        if (listing != null && listing.question instanceof DestinationQuestion question) {
            listing.begun = true;
            question.sink.destination(new ListSink.Destination(
                    frame.addressId(),
                    frame.kind(),
                    frame.flags().temporary(),
                    name(frame),
                    new ListSink.Depth(frame.messages(), frame.delayed(), frame.held(), frame.inTransactions()),
                    frame.consumers(),
                    frame.subscriptions(),
                    new ListSink.Traffic(
                            frame.published(),
                            frame.acknowledged(),
                            frame.publishedPerSecond(),
                            frame.acknowledgedPerSecond())));
        }
    }

    void transaction(TransactionInfoDecoder frame) {
        Listing listing = lists.get(frame.requestId());
        if (listing == null || !(listing.question instanceof TransactionQuestion question)) {
            return;
        }
        listing.begun = true;
        var times = new TransactionSink.Times(frame.startedMillis(), frame.preparedMillis());
        var work = new TransactionSink.Work(frame.staged(), frame.taken());
        byte[] global = new byte[frame.globalTransactionIdLength()];
        frame.getGlobalTransactionId(global, 0, global.length);
        byte[] branch = new byte[frame.branchQualifierLength()];
        frame.getBranchQualifier(branch, 0, branch.length);
        byte[] client = new byte[frame.clientIdLength()];
        frame.getClientId(client, 0, client.length);
        boolean local = global.length == 0;
        question.sink.transaction(new TransactionSink.Branch(
                frame.branchId(),
                local ? null : new BranchXid(frame.formatId(), global, branch),
                frame.state(),
                times,
                work,
                new String(client, StandardCharsets.UTF_8),
                frame.connected()));
    }

    void part(TransactionPartDecoder frame) {
        Listing listing = lists.get(frame.requestId());
        if (listing != null && listing.question instanceof TransactionQuestion question) {
            byte[] name = new byte[frame.nameLength()];
            frame.getName(name, 0, name.length);
            question.sink.part(new TransactionSink.Part(
                    frame.branchId(),
                    frame.kind(),
                    new String(name, StandardCharsets.UTF_8),
                    new TransactionSink.Work(frame.staged(), frame.taken())));
        }
    }

    private static String text(BrowseEndDecoder frame) {
        byte[] bytes = new byte[frame.textLength()];
        return new String(bytes, 0, frame.getText(bytes, 0, bytes.length), StandardCharsets.UTF_8);
    }

    private static String name(DestinationInfoDecoder frame) {
        byte[] bytes = new byte[frame.nameLength()];
        return new String(bytes, 0, frame.getName(bytes, 0, bytes.length), StandardCharsets.UTF_8);
    }

    void listEnd(ListEndDecoder frame) {
        Listing listing = lists.remove(frame.requestId());
        if (listing != null) {
            listing.question.end(null);
        }
    }

    /** A file is complete, or could not be written: then its browser ends. */
    boolean spooled(LargeBody body, @Nullable String failure) {
        for (Browser browser : browsers.values()) {
            if (browser.arrivals.spooled(body)) {
                if (failure != null) {
                    close(browser.request.browserId());
                    browser.request.sink().end(new LinkException(RefusalCode.INTERNAL, failure));
                } else {
                    browser.endIfDone();
                }
                return true;
            }
        }
        return false;
    }

    /** What a browser is to look at. */
    record BrowserRequest(long browserId, long addressId, long total, String selector, BrowseSink sink) {}

    private final class Browser implements Arrivals.Receiver {
        final BrowserRequest request;
        final Arrivals arrivals = new Arrivals(effects, this);
        long total;
        boolean begun;
        private boolean ended;
        private int waiting;

        Browser(BrowserRequest request) {
            this.request = request;
            total = request.total();
        }

        void write() {
            byte[] selector = request.selector().getBytes(StandardCharsets.UTF_8);
            var frame = output.frame();
            frame.end(frame.openBrowser(selector.length)
                    .browserId(request.browserId())
                    .addressId(request.addressId())
                    .total(total)
                    .putSelector(selector, 0, selector.length)
                    .limit());
        }

        void browsed(BrowsedDecoder frame) {
            var flags = frame.flags();
            var facts = new Arrivals.Facts(
                    frame.sequence(), frame.priority(), flags.transientMessage(), frame.deliveryCount());
            LargeBody body = flags.chunked() ? new LargeBody(frame.bodyBytes()) : null;
            byte[] envelope = new byte[frame.envelopeLength()];
            int unused = frame.getEnvelope(envelope, 0, envelope.length);
            waiting++;
            arrivals.add(new Arrivals.Arrival(facts, Unpooled.wrappedBuffer(envelope), body));
        }

        /** The end comes after the last message, which may still be on its way to a file. */
        void end(@Nullable LinkException failure) {
            if (failure != null) {
                browsers.remove(request.browserId());
                arrivals.dropAll();
                request.sink().end(failure);
                return;
            }
            ended = true;
            endIfDone();
        }

        void endIfDone() {
            if (ended && waiting == 0) {
                browsers.remove(request.browserId());
                request.sink().end(null);
            }
        }

        @Override
        public void received(Arrivals.Arrival arrival) {
            // A browser holds nothing.
        }

        @Override
        public void ready(Arrivals.Arrival arrival) {
            waiting--;
            request.sink().browsed(arrival.delivery(0));
        }
    }

    /** What a list is asked with, and who gets it. */
    private sealed interface Question {
        void write(long requestId, Output output);

        void end(@Nullable LinkException failure);
    }

    private record DestinationQuestion(String filter, ListSink sink) implements Question {
        @Override
        public void write(long requestId, Output output) {
            byte[] bytes = filter.getBytes(StandardCharsets.UTF_8);
            var frame = output.frame();
            frame.end(frame.listDestinations(bytes.length)
                    .requestId(requestId)
                    .putFilter(bytes, 0, bytes.length)
                    .limit());
        }

        @Override
        public void end(@Nullable LinkException failure) {
            sink.end(failure);
        }
    }

    private record TransactionQuestion(boolean inDoubt, TransactionSink sink) implements Question {
        @Override
        public void write(long requestId, Output output) {
            var frame = output.frame();
            frame.end(frame.listTransactions()
                    .requestId(requestId)
                    .inDoubt((short) (inDoubt ? 1 : 0))
                    .parts((short) (sink.wantsParts() ? 1 : 0))
                    .limit());
        }

        @Override
        public void end(@Nullable LinkException failure) {
            sink.end(failure);
        }
    }

    /** A list that was asked for; {@code begun} once some of it has come. */
    private static final class Listing {
        final long requestId;
        final Question question;
        boolean begun;

        Listing(long requestId, Question question) {
            this.requestId = requestId;
            this.question = question;
        }
    }
}
