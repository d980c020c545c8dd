package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.testing.Seeded;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HeldTest {
    private final Held held = new Held();

    @Test
    void isOneRunWhileMessagesComeAndGoInOrder() {
        for (int sequence = 0; sequence < 10_000; sequence++) {
            held.add(4, false, sequence);
            if (sequence >= 100) {
                remove(sequence - 100, 1);
            }
        }
        Ranges all = held.all();
        assertThat(all.size()).isEqualTo(1);
        assertThat(all.first(0)).isEqualTo(9_900);
        assertThat(all.count(0)).isEqualTo(100);
    }

    @Test
    void forgetsOnlyTheTransientOnesWithTheServerThatKnewThem() {
        held.add(4, false, 1);
        held.add(4, true, 1);
        held.clearTransient();
        assertThat(held.all().size()).isEqualTo(1);
        assertThat(held.all().isTransient(0)).isFalse();
    }

    @Test
    void knowsHowFarALaneCameWhenNothingIsHeld() {
        held.add(4, false, 5);
        held.add(4, false, 3);
        held.add(9, true, 7);
        held.clear();
        held.add(4, false, 4);
        Ranges last = new Ranges();
        held.addLastSettled(last);
        assertThat(last.size()).isEqualTo(2);
        assertThat(last.first(0)).isEqualTo(5);
        assertThat(last.priority(1)).isEqualTo(9);
        assertThat(last.isTransient(1)).isTrue();
        assertThat(held.all().size()).isEqualTo(1);
    }

    @Seeded
    void isASetWhateverTheOrder(SplittableRandom random) {
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < 500; step++) {
            long sequence = random.nextInt(60);
            if (random.nextInt(3) > 0) {
                held.add(4, false, sequence);
                model.add(sequence);
            } else {
                int count = 1 + random.nextInt(6);
                Ranges found = remove(sequence, count);
                TreeSet<Long> expected = new TreeSet<>(model.subSet(sequence, sequence + count));
                assertThat(sequences(found)).isEqualTo(expected);
                model.removeAll(expected);
            }
            assertThat(sequences(held.all())).isEqualTo(model);
            assertThat(held.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @CanIgnoreReturnValue
    private Ranges remove(long first, int count) {
        Ranges ranges = new Ranges();
        ranges.addRun(4, false, first, count);
        Ranges found = new Ranges();
        held.remove(ranges, 0, found);
        return found;
    }

    private static Set<Long> sequences(Ranges ranges) {
        TreeSet<Long> sequences = new TreeSet<>();
        for (int index = 0; index < ranges.size(); index++) {
            for (int offset = 0; offset < ranges.count(index); offset++) {
                assertThat(sequences.add(ranges.first(index) + offset)).isTrue();
            }
        }
        return sequences;
    }
}
