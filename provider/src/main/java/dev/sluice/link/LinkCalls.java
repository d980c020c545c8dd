package dev.sluice.link;

import java.util.function.Consumer;

/** Calls without a number, ready for their way to the machine. Stateless. */
public final class LinkCalls {
    private LinkCalls() {}

    /** One command right after the other. */
    public static LinkCall both(Command first, Command second) {
        return new Plain(
                machine -> {
                    first.enter(machine);
                    second.enter(machine);
                },
                why -> {
                    first.refuse(why);
                    second.refuse(why);
                });
    }

    /** Credit of a consumer. */
    public static LinkCall credit(long consumerId, long epoch, long total) {
        return new Plain(machine -> machine.consumers().credit(consumerId, epoch, total), why -> {});
    }

    /** Opens a browser; its sink hears of a link that has ended. */
    public static LinkCall openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        var request = new Browsing.BrowserRequest(browserId, addressId, total, selector, sink);
        return new Plain(machine -> machine.browsing().open(request), sink::end);
    }

    /** Credit of a browser. */
    public static LinkCall creditBrowser(long browserId, long total) {
        return new Plain(machine -> machine.browsing().credit(browserId, total), why -> {});
    }

    /** Ends a browser. */
    public static LinkCall closeBrowser(long browserId) {
        return new Plain(machine -> machine.browsing().close(browserId), why -> {});
    }

    /** Lists destinations; the sink hears of a link that has ended. */
    public static LinkCall list(String filter, ListSink sink) {
        return new Plain(machine -> machine.browsing().list(filter, sink), sink::end);
    }

    /** Lists transactions; the sink hears of a link that has ended. */
    public static LinkCall listTransactions(boolean inDoubt, TransactionSink sink) {
        return new Plain(machine -> machine.browsing().listTransactions(inDoubt, sink), sink::end);
    }

    /** Closes the link; a second close is done with the first. */
    public static LinkCall close(Answer reply) {
        return new Plain(machine -> machine.close(reply), why -> reply.succeed(0));
    }

    private record Plain(Consumer<LinkMachine> entry, Consumer<LinkException> refusal) implements LinkCall {
        @Override
        public void enter(LinkMachine machine) {
            entry.accept(machine);
        }

        @Override
        public void refuse(LinkException why) {
            refusal.accept(why);
        }
    }
}
