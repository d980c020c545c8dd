package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Shows browsers what was pending when they began. Owner: the shard thread. */
public final class Browsers {
    private final Finder finder;
    private final DispatcherEffects effects;
    private final LinkedHashMap<Group, Browser> open = new LinkedHashMap<>();
    private final ArrayDeque<Browser> queue = new ArrayDeque<>();
    private long nowMillis;

    Browsers(Finder finder, DispatcherEffects effects) {
        this.finder = finder;
        this.effects = effects;
    }

    Browser open(long connection, long browserId, Outflow outflow, Selector selector) {
        Browser browser = new Browser(connection, browserId, outflow, selector);
        open.put(browser.view(), browser);
        return browser;
    }

    /** The browser may be shown messages up to {@code total}. */
    public void credit(Browser browser, long total) {
        browser.credit(total);
        queue.add(browser);
    }

    /** The browser can take more. */
    public void resume(Browser browser) {
        queue.add(browser);
    }

    /** Whether the group is the view of a browser, which then can be shown more. */
    boolean resume(Group group) {
        Browser browser = open.get(group);
        if (browser != null) {
            queue.add(browser);
        }
        return browser != null;
    }

    boolean has(Group group) {
        return open.containsKey(group);
    }

    /** Ends a browser. */
    public void close(Browser browser) {
        open.remove(browser.view());
    }

    void subscriptionRemoved(Subscription subscription) {
        for (Browser browser : new ArrayList<>(open.values())) {
            if (browser.subscription() == subscription) {
                close(browser);
                effects.browseEnd(browser);
            }
        }
    }

    /** Shows browsers what they may see now; returns whether anything was shown. */
    public boolean browse(long now) {
        nowMillis = now;
        boolean worked = false;
        for (Browser browser = queue.poll(); browser != null; browser = queue.poll()) {
            while (open.containsKey(browser.view())
                    && browser.hasCredit()
                    && !browser.view().isLoading()
                    && !effects.isBusy(browser)) {
                worked = true;
                show(browser);
            }
        }
        return worked;
    }

    private void show(Browser browser) {
        StoredMessage message = nextToShow(browser);
        if (message != null) {
            browser.countSent();
            int count = browser.view().outflow().deliveries().count(message.code(), message.sequence());
            effects.browsed(browser, message, count);
        } else if (!browser.view().isLoading()) {
            open.remove(browser.view());
            effects.browseEnd(browser);
        }
    }

    private @Nullable StoredMessage nextToShow(Browser browser) {
        Group view = browser.view();
        Address address = browser.subscription().address();
        for (int priority = Address.PRIORITIES - 1; priority >= 0; priority--) {
            for (int code = priority; code < Lane.CODES; code += Lane.TRANSIENT) {
                Lane lane = address.lane(code);
                StoredMessage message = lane == null ? null : nextToShow(browser, view, lane);
                if (message != null || view.isLoading()) {
                    return message;
                }
            }
        }
        return null;
    }

    private @Nullable StoredMessage nextToShow(Browser browser, Group view, Lane lane) {
        int code = lane.code();
        Progress progress = browser.subscription().progressFor(code);
        long end = browser.end(code);
        for (long sequence = view.cursor(code); ; sequence++) {
            sequence = progress.nextPending(sequence, end);
            view.cursor(code, sequence);
            if (sequence >= end) {
                return null;
            }
            StoredMessage message = finder.find(view.ahead(), lane, sequence);
            if (message == null && view.isLoading()) {
                return null;
            }
            if (message != null && !message.isExpired(nowMillis) && view.matches(message)) {
                view.cursor(code, sequence + 1);
                return message;
            }
        }
    }
}
