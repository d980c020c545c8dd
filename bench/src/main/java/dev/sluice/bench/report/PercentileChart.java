package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Percentiles of each provider's latency, from the median to the worst, on a logarithmic scale; one line a provider, named at its end. */
final class PercentileChart {
    private static final double WIDTH = 560;
    private static final double HEIGHT = 270;
    private static final double LEFT = 58;
    private static final double RIGHT = 116;
    private static final double TOP = 12;
    private static final double BOTTOM = 26;
    private static final double LINE_OF_TEXT = 14;

    /** A point of the curve: where it is in the run, and its name on the axis. */
    record Percentile(String field, String label) {
        Measure measure(String side) {
            return Measure.at(label, Unit.MICROS, false, side + "." + field);
        }
    }

    static final List<Percentile> PERCENTILES = List.of(
            new Percentile("p50_us", "p50"),
            new Percentile("p90_us", "p90"),
            new Percentile("p99_us", "p99"),
            new Percentile("p999_us", "p99.9"),
            new Percentile("p9999_us", "p99.99"),
            new Percentile("max_us", "max"));

    private record Point(double x, double micros) {}

    private record Curve(String provider, List<Point> points) {
        Point last() {
            return points.get(points.size() - 1);
        }
    }

    private final Markup out;
    private final Results results;
    private final String side;
    private double lowest;
    private double highest;

    PercentileChart(Markup out, Results results, String side) {
        this.out = out;
        this.results = results;
        this.side = side;
    }

    boolean hasAnything() {
        return !curves().isEmpty();
    }

    void draw(String title) {
        List<Curve> curves = curves();
        if (curves.isEmpty()) {
            return;
        }
        lowest = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Point::micros)
                .min()
                .orElse(1);
        highest = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Point::micros)
                .max()
                .orElse(1);
        lowest = Math.pow(10, Math.floor(Math.log10(lowest)));
        highest = Math.max(lowest * 10, highest * 1.1);
        out.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", title);
        axes();
        // Sluice last: over the others.
        for (int at = curves.size() - 1; at >= 0; at--) {
            curve(curves.get(at));
        }
        names(curves);
        out.close();
    }

    private List<Curve> curves() {
        List<Curve> curves = new ArrayList<>();
        for (String provider : results.providers()) {
            List<Point> points = new ArrayList<>();
            for (int at = 0; at < PERCENTILES.size(); at++) {
                Optional<Spread> spread =
                        results.spread(provider, PERCENTILES.get(at).measure(side));
                if (spread.isPresent() && spread.orElseThrow().median() > 0) {
                    points.add(new Point(x(at), spread.orElseThrow().median()));
                }
            }
            if (!points.isEmpty()) {
                curves.add(new Curve(provider, points));
            }
        }
        return curves;
    }

    private void axes() {
        double base = HEIGHT - BOTTOM;
        for (double decade = lowest; decade <= highest * 1.0001; decade *= 10) {
            double y = y(decade);
            out.empty("line", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", y, "y2", y, "class", "grid");
            out.leaf(
                    "text",
                    Unit.MICROS.format(decade),
                    "x",
                    LEFT - 8,
                    "y",
                    y + 4,
                    "class",
                    "tick",
                    "text-anchor",
                    "end");
        }
        out.empty("line", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", base, "y2", base, "class", "base");
        for (int at = 0; at < PERCENTILES.size(); at++) {
            String label = PERCENTILES.get(at).label();
            out.leaf("text", label, "x", x(at), "y", HEIGHT - 8, "class", "tick", "text-anchor", "middle");
        }
    }

    private void curve(Curve curve) {
        String pale = Durability.of(curve.provider()) == Durability.ON_DISK ? "" : " pale";
        out.open("g", "class", Colour.of(curve.provider()) + pale);
        StringBuilder path = new StringBuilder();
        for (Point point : curve.points()) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(String.format(Locale.ROOT, "%.1f %.1f", point.x(), y(point.micros())));
        }
        out.empty("path", "d", path, "class", "curve");
        for (Point point : curve.points()) {
            out.open("circle", "cx", point.x(), "cy", y(point.micros()), "r", 3, "class", "dot");
            out.leaf("title", curve.provider() + ": " + Unit.MICROS.format(point.micros()));
            out.close();
        }
        out.close();
    }

    /** At the ends of the curves, moved apart where they would lie over each other. */
    private void names(List<Curve> curves) {
        List<Curve> fromAbove = curves.stream()
                .sorted(Comparator.comparingDouble(curve -> y(curve.last().micros())))
                .toList();
        double[] places = new double[fromAbove.size()];
        double free = TOP - LINE_OF_TEXT;
        for (int at = 0; at < places.length; at++) {
            places[at] = Math.max(y(fromAbove.get(at).last().micros()), free + LINE_OF_TEXT);
            free = places[at];
        }
        double end = HEIGHT - BOTTOM;
        for (int at = places.length - 1; at >= 0; at--) {
            places[at] = Math.min(places[at], end);
            end = places[at] - LINE_OF_TEXT;
        }
        for (int at = 0; at < places.length; at++) {
            Curve curve = fromAbove.get(at);
            out.open("g", "class", Colour.of(curve.provider()));
            out.empty(
                    "path",
                    "d",
                    String.format(
                            Locale.ROOT,
                            "M%.1f %.1fL%.1f %.1f",
                            curve.last().x() + 5,
                            y(curve.last().micros()),
                            WIDTH - RIGHT + 26,
                            places[at]),
                    "class",
                    "leader");
            out.leaf("text", curve.provider(), "x", WIDTH - RIGHT + 30, "y", places[at] + 4, "class", "name of-colour");
            out.close();
        }
    }

    private double x(int percentile) {
        double step = (WIDTH - RIGHT - LEFT - 20) / (PERCENTILES.size() - 1);
        return LEFT + 20 + step * percentile;
    }

    private double y(double micros) {
        double part = Math.log(micros / lowest) / Math.log(highest / lowest);
        return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
    }
}
