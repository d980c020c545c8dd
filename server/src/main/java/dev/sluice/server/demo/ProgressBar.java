package dev.sluice.server.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how far the demonstration is: one line that is drawn again on a terminal, some plain lines elsewhere. One thread. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final int PERCENT = 100;
    private static final int PLAIN_STEP_PERCENT = 25;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final long whole;
    private int lastPlainPercent;
    private boolean drawn;

    ProgressBar(PrintStream out, boolean terminal, long whole) {
        this.out = out;
        this.terminal = terminal;
        this.whole = whole;
    }

    /** Draws {@code part} of the whole. */
    void show(long part, String detail) {
        int percent = (int) (part * PERCENT / Math.max(1, whole));
        int filled = percent * WIDTH / PERCENT;
        String text = String.format(
                Locale.ROOT, "  [%s%s] %3d %%  %s", "#".repeat(filled), ".".repeat(WIDTH - filled), percent, detail);
        if (terminal) {
            out.print(CLEAR_LINE + text);
            out.flush();
            drawn = true;
        } else if (percent >= lastPlainPercent + PLAIN_STEP_PERCENT) {
            lastPlainPercent = percent - percent % PLAIN_STEP_PERCENT;
            out.println(text);
        }
    }

    /** Writes a line of its own; the bar is drawn again below it. */
    void say(String line) {
        if (drawn) {
            out.print(CLEAR_LINE);
            drawn = false;
        }
        out.println(line);
    }
}
