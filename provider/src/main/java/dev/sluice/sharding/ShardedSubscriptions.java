package dev.sluice.sharding;

import dev.sluice.link.Answer;
import dev.sluice.link.Link;
import dev.sluice.link.Link.ConsumerSpec;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the names of durable subscriptions unique over all shards, each of which knows those of its own topics only. Names of shared
 * non-durable subscriptions are not compared: on two shards they are two subscriptions, of two topics. Stateless.
 */
final class ShardedSubscriptions {
    private final ShardLinks links;

    ShardedSubscriptions(ShardLinks links) {
        this.links = links;
    }

    /**
     * Before a durable consumer is opened on {@code shard}: ends what has its name on other shards, as a subscription is ended that is opened with
     * another topic.
     *
     * @throws LinkException when a consumer is there
     */
    void claim(ConsumerSpec spec, int shard) throws LinkException {
        if (spec.kind() != SubscriptionKind.DURABLE && spec.kind() != SubscriptionKind.SHARED_DURABLE) {
            return;
        }
        List<Link> others = new ArrayList<>(links.all());
        others.remove(shard);
        Outcome outcome = outcome(unsubscribe(others, spec.subscription()));
        if (outcome.refusal != null) {
            throw outcome.refusal;
        }
    }

    /** Ends a subscription, wherever it is. */
    Reply end(String subscription) {
        try {
            Outcome outcome = outcome(unsubscribe(links.all(), subscription));
            LinkException why = outcome.refusal;
            if (why == null && !outcome.ended) {
                why = outcome.unknown;
            }
            return why == null ? Answer.done(0) : Answer.failed(why);
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
    }

    private static List<Reply> unsubscribe(List<Link> from, String subscription) {
        return from.stream().map(link -> link.unsubscribe(subscription)).toList();
    }

    /** Whether one was ended; how it is said that there was none; and what is worse than that. */
    private record Outcome(
            boolean ended,
            @Nullable LinkException unknown,
            @Nullable LinkException refusal) {}

    private static Outcome outcome(List<Reply> replies) throws LinkException {
        boolean ended = false;
        LinkException unknown = null;
        LinkException refusal = null;
        for (Reply reply : replies) {
            try {
                long unused = reply.await();
                ended = true;
            } catch (LinkException why) {
                if (why.code() == RefusalCode.SUBSCRIPTION_UNKNOWN) {
                    unknown = why;
                } else {
                    refusal = why;
                }
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new LinkException(
                        RefusalCode.INTERNAL, "interrupted while waiting for the shards of the server", interrupt);
            }
        }
        return new Outcome(ended, unknown, refusal);
    }
}
