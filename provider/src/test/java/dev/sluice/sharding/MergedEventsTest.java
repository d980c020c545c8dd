package dev.sluice.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.wire.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The links of one connection go and come back as one. */
class MergedEventsTest {
    private static final LinkException LOST = new LinkException(RefusalCode.SHUTTING_DOWN, "lost");

    private final List<String> heard = new ArrayList<>();
    private Runnable onInterrupted = () -> {};
    private final MergedEvents events = new MergedEvents(new LinkListener() {
        @Override
        public void established(String server) {
            heard.add("established " + server);
        }

        @Override
        public void interrupted(LinkException reason) {
            onInterrupted.run();
            heard.add("interrupted");
        }

        @Override
        public void resumed(String server) {
            heard.add("resumed " + server);
        }

        @Override
        public void failed(LinkException reason) {
            heard.add("failed");
        }
    });

    @Test
    void areThoseOfTheLinkWhenItIsTheOnlyOne() {
        LinkListener only = events.of(0);
        only.established("one");
        only.interrupted(LOST);
        only.resumed("two");
        only.failed(LOST);

        assertThat(heard).containsExactly("established one", "interrupted", "resumed two", "failed");
    }

    @Test
    void tellOfTheFirstThatGoesAndTheLastThatComesBack() {
        events.of(0).established("one");
        events.of(1).established("one");
        events.of(0).interrupted(LOST);
        events.of(1).interrupted(LOST);
        events.of(0).resumed("one");
        assertThat(heard).containsExactly("established one", "interrupted");
        events.of(1).resumed("one");
        events.of(1).interrupted(LOST);

        assertThat(heard).containsExactly("established one", "interrupted", "resumed one", "interrupted");
    }

    @Test
    void tellOfAFailureOnceAndOfNothingAfterIt() {
        events.onFailure(() -> heard.add("close the others"));
        events.of(1).interrupted(LOST);
        events.of(1).failed(LOST);
        events.of(2).failed(LOST);
        events.of(0).interrupted(LOST);
        events.of(0).resumed("one");

        assertThat(heard).containsExactly("interrupted", "failed", "close the others");
    }

    @Test
    void tellWhoComesLateOfAFailure() {
        events.of(0).failed(LOST);
        events.onFailure(() -> heard.add("close the others"));

        assertThat(heard).containsExactly("failed", "close the others");
    }

    @Test
    void areHeardInTheOrderInWhichTheyHappened() {
        onInterrupted = () -> {
            onInterrupted = () -> {};
            // As from another loop, before the listener has heard all of the first event.
            events.of(0).resumed("one");
            events.of(1).interrupted(LOST);
        };
        events.of(0).interrupted(LOST);

        assertThat(heard).containsExactly("interrupted", "resumed one", "interrupted");
    }
}
