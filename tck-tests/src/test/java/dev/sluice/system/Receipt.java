package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One message as a consumer saw it: which one of which producer. */
record Receipt(int producer, int number) {
    /** Each message was received once. {@code sentBy}: how many each producer sent; {@code receipts}: of each consumer. */
    static void assertEachOnce(List<Integer> sentBy, List<List<Receipt>> receipts) {
        Map<Receipt, Integer> times = new HashMap<>();
        receipts.forEach(list -> list.forEach(receipt -> times.merge(receipt, 1, Integer::sum)));
        List<String> wrong = new ArrayList<>();
        for (int producer = 0; producer < sentBy.size(); producer++) {
            for (int number = 0; number < sentBy.get(producer); number++) {
                int count = times.getOrDefault(new Receipt(producer, number), 0);
                if (count != 1) {
                    wrong.add("message " + number + " of producer " + producer + " received " + count + " times");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A consumer saw the messages of each of so many producers in the order in which they were sent. */
    static void assertInOrder(List<Receipt> receipts, int producers) {
        int[] last = new int[producers];
        Arrays.fill(last, -1);
        for (Receipt receipt : receipts) {
            assertThat(receipt.number())
                    .as("order of producer " + receipt.producer())
                    .isGreaterThan(last[receipt.producer()]);
            last[receipt.producer()] = receipt.number();
        }
    }
}
