package dev.sluice.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of a file of results. */
public final class Report {
    private static final String STYLE = "report.css";

    private Report() {}

    /**
     * Reads {@code results}, one JSON object a line, and writes the page to {@code html}.
     *
     * @throws IOException when one of the two files cannot be used
     */
    public static void write(Path results, Path html) throws IOException {
        Files.writeString(html, page(Results.read(results)));
    }

    static String page(Results results) throws IOException {
        Markup out = new Markup();
        out.raw("<!DOCTYPE html>\n");
        out.open("html", "lang", "en");
        out.open("head");
        out.empty("meta", "charset", "utf-8");
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        out.empty("meta", "name", "color-scheme", "content", "light dark");
        out.leaf("title", "Sluice: measured beside others");
        out.open("style");
        out.raw(style());
        out.close();
        out.close();
        out.open("body");
        out.open("main");
        new SummarySection(out, results).write();
        for (String workload : results.workloads()) {
            new WorkloadSection(out, Subject.of(workload), results.of(workload)).write();
        }
        out.close();
        out.close();
        out.close();
        return out.toString();
    }

    private static String style() throws IOException {
        try (InputStream style = Report.class.getResourceAsStream(STYLE)) {
            if (style == null) {
                throw new IOException(STYLE + " is not on the class path");
            }
            return new String(style.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
