package dev.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Cuts a failing history down to one from which no step can be left out. */
public final class Shrinker {
    private Shrinker() {}

    /** The smallest part of {@code failing}, in its order, for which {@code stillFails} holds, found by leaving out ever smaller pieces. */
    public static <T> List<T> shrink(List<T> failing, Predicate<List<T>> stillFails) {
        List<T> smallest = List.copyOf(failing);
        for (int chunk = smallest.size() / 2; chunk > 0; chunk = chunk == 1 ? 0 : chunk / 2) {
            for (int start = 0; start + chunk <= smallest.size(); ) {
                List<T> candidate = new ArrayList<>(smallest);
                candidate.subList(start, start + chunk).clear();
                if (stillFails.test(candidate)) {
                    smallest = List.copyOf(candidate);
                } else {
                    start += chunk;
                }
            }
        }
        return smallest;
    }
}
