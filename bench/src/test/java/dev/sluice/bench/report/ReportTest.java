package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportTest {
    @Test
    void showsRatiosMarksAndWhatASendWaitsFor() throws IOException {
        String page = Report.page(new Given()
                .rounds("w1", "sluice", "sent.per_second", 12_000, 13_000, 11_000, 12_500, 11_500)
                .rounds("w1", "artemis", "sent.per_second", 8_000, 8_000, 8_000, 8_000, 8_000)
                .rounds("w1", "kafka", "sent.per_second", 2_000, 2_000, 2_000, 2_000, 2_000)
                .saying("durability", "Until the disk has it.")
                .machine("steal_percent", 7)
                .results());

        assertThat(page)
                .contains("1.50 ×", "≥ 1.5 ×", ">reached<", "12,000/s", "Until the disk has it.", "not durable")
                .contains("more than 5 % in 15 runs")
                .doesNotContain("only 5 rounds", "class=\"errors\"");
    }

    @Test
    void saysWhatFailedAndHowFewRoundsThereWere() throws IOException {
        String page = Report.page(new Given()
                .rounds("w2", "sluice", "sent.per_second", 10, 11)
                .failure("w2", "classic", "the generator ended with 1\nbecause of a < b")
                .results());

        assertThat(page).contains("classic, round 1: ", "the generator ended with 1<details>", "because of a &lt; b");
        assertThat(page).contains("1 failed run", "only 2 rounds");
        assertThat(page).contains("not measured");
    }

    @Test
    void whatRunsSayIsTextAndNeverMarkup() throws Exception {
        String evil = "</style><script>alert('1')</script> & \"quoted\" \u0000";
        Results results = new Given()
                .rounds(evil, evil, "sent.per_second", 10, 20)
                .rounds(evil, evil, "sent.p50_us", 10, 20)
                .failure(evil, evil, evil)
                .saying("durability", evil)
                .saying("version", evil)
                .saying("started_at", evil)
                .results();

        String page = Report.page(results);

        assertThat(page)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert('1')&lt;/script&gt; &amp; &quot;quoted&quot;");
        assertThat(parsed(page).getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void needsNothingButItself() throws Exception {
        Given given = new Given();
        for (String workload : Subject.names()) {
            given.rounds(workload, "sluice", "received.p99_us", 10, 20).rounds(workload, "kafka", "disk_bytes", 1e9);
        }

        String page = Report.page(given.results());

        assertThat(page).doesNotContain("http", "src=", "<link", "url(", "@import");
        assertThat(parsed(page).getElementsByTagName("svg").getLength()).isPositive();
    }

    @Test
    void writesTheFile(@TempDir Path directory) throws IOException {
        Path results = directory.resolve("results.jsonl");
        Path html = directory.resolve("report.html");
        Files.write(
                results,
                new Given().rounds("w12", "sluice", "extra.p99_alone_us", 3).lines());

        Report.write(results, html);

        assertThat(html).content().startsWith("<!DOCTYPE html>").contains("p99 alone us");
    }

    @Test
    void refusesMarkupThatIsNotWhole() {
        Markup out = new Markup();
        out.open("p");

        assertThatThrownBy(out::toString).hasMessageContaining("<p>");
        assertThatThrownBy(() -> out.open("p", "class")).hasMessageContaining("without a value");
    }

    private static Document parsed(String page) throws Exception {
        String elements = page.substring(page.indexOf("<html"));
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(elements.getBytes(StandardCharsets.UTF_8)));
    }
}
