package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesObjectsArraysAndPlainValues() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", List.of(true, 2.5, "x"));
        map.put("c", null);
        assertThat(Json.of(map)).isEqualTo("{\"a\":1,\"b\":[true,2.5,\"x\"],\"c\":null}");
        assertThat(Json.of(Arrays.asList(Double.NaN, Float.POSITIVE_INFINITY))).isEqualTo("[\"NaN\",\"Infinity\"]");
    }

    @Test
    void escapesWhatCannotStand() {
        assertThat(Json.of("a\"b\\c\nd\te\u0001f\u007F")).isEqualTo("\"a\\\"b\\\\c\\nd\\te\\u0001f\\u007f\"");
        assertThat(Json.of("ä€😀")).isEqualTo("\"ä€😀\"");
        assertThat(Json.of("x\uD83D")).isEqualTo("\"x\\ud83d\"");
        assertThat(Json.of("\uDE00x")).isEqualTo("\"\\ude00x\"");
    }
}
