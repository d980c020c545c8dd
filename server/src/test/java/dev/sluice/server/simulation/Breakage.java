package dev.sluice.server.simulation;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameEndsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.util.function.LongFunction;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** Ways to break the product, one method each, every one of them a real danger. */
enum Breakage {
    /** A command that comes again is done again. */
    REPEATS_ARE_NEW("server.core.ReplicatedMachine", named("take").and(takesArguments(2)), Broken.AlwaysTrue.class),
    /** What was heard is confirmed, committed or not. */
    CONFIRMS_TOO_EARLY("server.shard.ClientConnection", named("confirm"), Broken.ConfirmsWhatItHeard.class),
    /** What a consumer gives back goes nowhere. */
    GIVES_NOTHING_BACK("server.core.Outflow", named("giveBack"), Broken.Nothing.class),
    /** The rows that go to the store say that they are one entry further than they are. */
    STORE_IS_AHEAD("server.core.Messages", named("seal"), Broken.OneMore.class),
    /** Who is away loses at once what it holds, though it is told otherwise. */
    NO_GRACE("server.shard.Sessions", isConstructor(), Broken.NoTime.class),
    /** The client hands out what may long be someone else's. */
    CLAIMS_FOR_EVER("link.Heartbeats", named("claimsEnd").or(named("claimsEndAfterLoss")), Broken.AnHourMore.class),
    /** After a reconnect the client does not say what it holds. */
    CLAIMS_NOTHING("link.Held", named("all"), Broken.NoRanges.class),
    /** A commit forgets what was received. */
    COMMITS_IN_PART("server.core.Transactions", named("redo"), Broken.ForgetsWhatWasTaken.class),
    /** A delivery that failed is not counted. */
    COUNTS_NOTHING("server.core.Ledger", named("countFailure"), Broken.Nothing.class),
    /** What has been delivered less often than it may be is a dead letter. */
    ENDS_TOO_EARLY("server.core.Deliveries", named("isOver"), Broken.AlwaysTrue.class),
    /** What was lost on its way to one consumer goes to any. */
    LATE_FOR_ANYONE("server.core.Resumption", named("resumed"), Broken.Nothing.class),
    /** Two consumers have messages of one group. */
    GROUPS_WITHOUT_OWNER("server.core.MessageGroups", named("owner").and(takesArguments(1)), Broken.NoObject.class),
    /** A server that leads no more does not hear of it. */
    LEADS_ON("server.raft.RaftLog", named("lost"), Broken.Nothing.class),
    /** What comes after rows that were copied is applied to those that were there before. */
    OLD_ROWS_STAY("server.shard.ShardAgent", named("renewed"), Broken.Itself.class),
    /** A prepared branch goes with the session that worked for it. */
    PREPARED_AND_GONE("server.core.Transactions", named("sessionEnds"), Broken.EndsWhatIsPrepared.class),
    /** A recovery is told of nothing. */
    RECOVERS_NOTHING("server.core.Branch$State", named("isInDoubt"), Broken.AlwaysFalse.class),
    /** A body that was cut off in the middle stays where the next one is to come. */
    HALF_A_BODY_STAYS("link.Arrivals", named("dropIncomplete"), Broken.Nothing.class),
    /** What has a time to live has none left. */
    EXPIRES_AT_ONCE("server.core.StoredMessage", named("isExpired"), Broken.HasATime.class),
    /** What is delayed comes at once. */
    DELAYS_NOTHING("server.core.Ledger", named("deposit"), Broken.NoDelay.class),
    /** A consumer gets what it does not want. */
    MATCHES_ALL("server.core.Group", named("matches"), Broken.AlwaysTrue.class),
    /** A browser sees nothing. */
    BROWSES_NOTHING("server.core.Browser", named("end"), Broken.Zero.class),
    /** A temporary queue stays when its connection is gone. */
    TEMPORARY_FOR_EVER(
            "server.core.ReplicatedMachine",
            named("remove").and(takesArgument(0, nameEndsWith(".Address"))),
            Broken.Nothing.class);

    private final String type;
    private final ElementMatcher<MethodDescription> method;
    private final Class<?> advice;

    Breakage(String type, ElementMatcher<? super MethodDescription> method, Class<?> advice) {
        this.type = "dev.sluice." + type;
        this.method = method::matches;
        this.advice = advice;
    }

    /** The simulation of the product that is broken so: of a seed it says what was wrong, or null. */
    LongFunction<@Nullable String> simulation() {
        return BrokenCode.with(type, method, advice);
    }
}
