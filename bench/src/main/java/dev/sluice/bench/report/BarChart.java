package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Lying bars, one a provider: the median, the spread of the rounds as a line over it, each round as a dot. What is durable stands above, the
 * rest below a line of its own.
 */
final class BarChart {
    private static final double ROW = 26;
    private static final double BAR = 16;
    private static final double TOP = 4;
    private static final double AXIS = 22;
    private static final double CAP = 4;
    private static final double GAP = 8;

    /** One provider's bar; a second part stands to the right of the first, paler. */
    record Bar(String provider, Spread spread, OptionalDouble second) {
        double length() {
            return spread.median() + second.orElse(0);
        }

        double reach() {
            return Math.max(length(), spread.most());
        }
    }

    /** Where things are, from left to right. */
    record Frame(double width, double labels, double values, int ticks) {
        static final Frame WIDE = new Frame(560, 100, 64, 5);
        static final Frame NARROW = new Frame(270, 86, 98, 2);

        double room() {
            return width - labels - values;
        }
    }

    private final Markup out;
    private final Frame frame;
    private final Unit unit;

    BarChart(Markup out, Frame frame, Unit unit) {
        this.out = out;
        this.frame = frame;
        this.unit = unit;
    }

    /** Writes nothing when there is nothing to show. */
    void draw(String title, List<Bar> bars) {
        if (bars.isEmpty()) {
            return;
        }
        Scale scale = Scale.upTo(bars.stream().mapToDouble(Bar::reach).max().orElse(1), frame.ticks(), unit);
        List<String> divided = new ArrayList<>();
        for (Bar bar : bars) {
            String label = Durability.of(bar.provider()).label();
            if (Durability.of(bar.provider()) != Durability.ON_DISK && !divided.contains(label)) {
                divided.add(label);
            }
        }
        double bottom = TOP + ROW * (bars.size() + divided.size());
        out.open("svg", "viewBox", "0 0 " + frame.width() + " " + (bottom + AXIS), "role", "img", "aria-label", title);
        axis(scale, bottom);
        double y = TOP;
        divided.clear();
        for (Bar bar : bars) {
            Durability durability = Durability.of(bar.provider());
            if (durability != Durability.ON_DISK && !divided.contains(durability.label())) {
                divided.add(durability.label());
                divider(durability.label(), y);
                y += ROW;
            }
            bar(bar, scale, y);
            y += ROW;
        }
        out.close();
    }

    private void axis(Scale scale, double bottom) {
        for (double tick = 0; tick <= scale.end(); tick += scale.step()) {
            double x = x(tick, scale);
            out.empty("line", "x1", x, "x2", x, "y1", TOP, "y2", bottom, "class", tick == 0 ? "base" : "grid");
            out.leaf("text", axisText(tick), "x", x, "y", bottom + 16, "class", "tick", "text-anchor", "middle");
        }
    }

    private String axisText(double tick) {
        if (unit == Unit.PER_SECOND && tick >= 1_000) {
            return Unit.PLAIN.format(tick / 1e3) + "k";
        }
        return tick == 0 ? "0" : unit == Unit.PER_SECOND ? Unit.PLAIN.format(tick) : unit.format(tick);
    }

    private void divider(String label, double y) {
        double middle = y + ROW * 0.62;
        out.empty("line", "x1", 0.0, "x2", frame.width(), "y1", y + 4, "y2", y + 4, "class", "divider");
        out.leaf("text", label, "x", 0.0, "y", middle + 4, "class", "apart");
    }

    private void bar(Bar bar, Scale scale, double y) {
        double middle = y + ROW / 2;
        double end = x(bar.spread().median(), scale);
        String pale = Durability.of(bar.provider()) == Durability.ON_DISK ? "" : " pale";
        out.open("g", "class", Colour.of(bar.provider()) + pale);
        out.leaf("title", tooltip(bar));
        out.leaf(
                "text",
                bar.provider(),
                "x",
                frame.labels() - GAP,
                "y",
                middle + 4,
                "class",
                "name",
                "text-anchor",
                "end");
        rectangle(frame.labels(), end, middle, "bar");
        double reach = Math.max(end, x(bar.spread().most(), scale));
        if (bar.second().isPresent()) {
            double second = x(bar.length(), scale);
            rectangle(end, second, middle, "bar second");
            reach = second;
        } else {
            spread(bar.spread(), scale, middle);
        }
        out.leaf("text", valueText(bar), "x", reach + GAP, "y", middle + 4, "class", "value");
        out.close();
    }

    private void rectangle(double from, double to, double middle, String style) {
        out.empty(
                "rect",
                "x",
                from,
                "y",
                middle - BAR / 2,
                "width",
                Math.max(1, to - from),
                "height",
                BAR,
                "rx",
                2,
                "class",
                style);
    }

    private void spread(Spread spread, Scale scale, double middle) {
        if (spread.rounds().size() < 2) {
            return;
        }
        double least = x(spread.least(), scale);
        double most = x(spread.most(), scale);
        out.empty("line", "x1", least, "x2", most, "y1", middle, "y2", middle, "class", "spread");
        for (double end : new double[] {least, most}) {
            out.empty("line", "x1", end, "x2", end, "y1", middle - CAP, "y2", middle + CAP, "class", "spread");
        }
        for (double round : spread.rounds()) {
            out.empty("circle", "cx", x(round, scale), "cy", middle, "r", 2, "class", "round");
        }
    }

    private String valueText(Bar bar) {
        String own = unit == Unit.PER_SECOND
                ? Unit.PLAIN.format(Math.rint(bar.spread().median()))
                : unit.format(bar.spread().median());
        return bar.second().isEmpty()
                ? own
                : own + " + " + unit.format(bar.second().getAsDouble());
    }

    private String tooltip(Bar bar) {
        Spread spread = bar.spread();
        return bar.provider() + ": median " + unit.format(spread.median()) + ", from " + unit.format(spread.least())
                + " to " + unit.format(spread.most()) + " in "
                + Wording.count(spread.rounds().size(), "round");
    }

    private double x(double amount, Scale scale) {
        return frame.labels() + frame.room() * amount / scale.end();
    }
}
