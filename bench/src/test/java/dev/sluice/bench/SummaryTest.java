package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private final List<ObjectNode> lines = new ArrayList<>();

    @Test
    void takesTheMedianOfTheRoundsAndTheRatioToTheBestOther() throws Exception {
        for (int perSecond : List.of(300, 100, 200)) {
            sent("sluice", "w1", perSecond);
        }
        sent("artemis", "w1", 80);
        sent("classic", "w1", 50);

        assertThat(row("sluice")).contains(" 200 ").endsWith(" 2.50");
        assertThat(row("artemis")).contains(" 80 ").endsWith(" 1.00");
        assertThat(row("classic")).endsWith(" 0.63");
    }

    @Test
    void anEvenNumberOfRoundsHasTheMiddleOfTwo() throws Exception {
        sent("sluice", "w1", 100);
        sent("sluice", "w1", 300);

        assertThat(Summary.median(lines, "/sent/per_second")).hasValue(200);
    }

    @Test
    void comparesByLatencyWhereTheRateIsFixed() throws Exception {
        add("{'provider':'sluice','workload':'w3r','rate':5000,'received':{'per_second':5000,'p99_us':400}}");
        add("{'provider':'classic','workload':'w3r','rate':5000,'received':{'per_second':5000,'p99_us':1600}}");
        add("{'provider':'artemis','workload':'w3r','rate':5000,'received':{'per_second':5000,'p99_us':8000}}");

        assertThat(row("sluice")).endsWith(" 0.25");
        assertThat(row("artemis")).endsWith(" 5.00");
    }

    @Test
    void countsWhatFailedAndLeavesItOut() throws Exception {
        sent("sluice", "w1", 100);
        add("{'provider':'sluice','workload':'w1','error':'it broke'}");
        add("{'provider':'qpid','workload':'w1','error':'it broke'}");

        assertThat(row("sluice")).contains(" 1/2 ").contains(" 100 ").endsWith(" -");
        assertThat(row("qpid")).contains(" 0/1 ").endsWith(" -");
    }

    @Test
    void oneLineSaysWhatWasMeasured() throws Exception {
        add(
                "{'provider':'sluice','workload':'w7drain','received':{'count':9,'per_second':12345.6,'p50_us':1,'p99_us':2.4},'first_message_ms':812}");

        assertThat(Summary.oneLine(lines.get(0)))
                .isEqualTo("received 12,346/s, p50 1 µs, p99 2 µs; first message after 812 ms");
    }

    private void sent(String provider, String workload, int perSecond) throws Exception {
        add("{'provider':'" + provider + "','workload':'" + workload + "','rate':0,'sent':{'per_second':" + perSecond
                + ",'p99_us':9}}");
    }

    private void add(String json) throws Exception {
        lines.add((ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"')));
    }

    private String row(String provider) {
        return new Summary(lines)
                .table()
                .lines()
                .filter(line -> line.startsWith(provider))
                .findFirst()
                .orElseThrow();
    }
}
