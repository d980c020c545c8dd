package dev.sluice;

import static dev.sluice.testing.HouseRules.asksNeitherClockNorChance;
import static dev.sluice.testing.HouseRules.doesNotKnow;
import static dev.sluice.testing.HouseRules.iteratesInAFixedOrder;
import static dev.sluice.testing.HouseRules.knowsNothingOfTheOutside;
import static dev.sluice.testing.HouseRules.sharesMemoryOnlyIn;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;

@AnalyzeClasses(packages = "dev.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    // A buffer is a value; serialisation of object messages reads and writes arrays.
    @ArchTest
    static final ArchRule MESSAGES_KNOW_NOTHING_OF_THE_OUTSIDE =
            knowsNothingOfTheOutside("dev.sluice.message..", "io.netty.buffer.", "java.io.");

    @ArchTest
    static final ArchRule MESSAGES_ASK_NEITHER_CLOCK_NOR_CHANCE = asksNeitherClockNorChance("dev.sluice.message..");

    // An embedded server is named by its socket address.
    @ArchTest
    static final ArchRule THE_WIRE_KNOWS_NOTHING_OF_THE_OUTSIDE =
            knowsNothingOfTheOutside("dev.sluice.wire..", "io.netty.buffer.", "java.net.SocketAddress", "java.io.");

    @ArchTest
    static final ArchRule THE_WIRE_ASKS_NEITHER_CLOCK_NOR_CHANCE = asksNeitherClockNorChance("dev.sluice.wire..");

    @ArchTest
    static final ArchRule THE_WIRE_ITERATES_IN_A_FIXED_ORDER = iteratesInAFixedOrder("dev.sluice.wire..");

    @ArchTest
    static final ArchRule THE_WIRE_KNOWS_NO_CLIENT =
            doesNotKnow("dev.sluice.wire..", "dev.sluice.link..", "dev.sluice.net..", "dev.sluice.jms..");

    @ArchTest
    static final ArchRule MESSAGES_KNOW_NO_CLIENT =
            doesNotKnow("dev.sluice.message..", "dev.sluice.link..", "dev.sluice.net..", "dev.sluice.jms..");

    @ArchTest
    static final ArchRule THE_LINK_KNOWS_NEITHER_SOCKETS_NOR_THE_FACADE = doesNotKnow(
            "dev.sluice.link..", "dev.sluice.net..", "dev.sluice.jms..", "io.netty.channel..", "jakarta.jms..");

    @ArchTest
    static final ArchRule SHARDING_KNOWS_NEITHER_SOCKETS_NOR_THE_FACADE = doesNotKnow(
            "dev.sluice.sharding..", "dev.sluice.net..", "dev.sluice.jms..", "io.netty.channel..", "jakarta.jms..");

    @ArchTest
    static final ArchRule THE_FACADE_KNOWS_NO_SHARDING = doesNotKnow("dev.sluice.jms..", "dev.sluice.sharding..");

    @ArchTest
    static final ArchRule THE_LINK_KNOWS_NO_SHARDING = doesNotKnow("dev.sluice.link..", "dev.sluice.sharding..");

    @ArchTest
    static final ArchRule THE_SOCKETS_KNOW_NO_FACADE =
            doesNotKnow("dev.sluice.net..", "dev.sluice.jms..", "jakarta.jms..");

    @ArchTest
    static final ArchRule THE_FACADE_KNOWS_NO_SOCKETS =
            doesNotKnow("dev.sluice.jms..", "dev.sluice.net..", "io.netty.channel..");

    @ArchTest
    static final ArchRule THE_BASE_KNOWS_NOBODY = doesNotKnow(
            "dev.sluice.base..",
            "dev.sluice.wire..",
            "dev.sluice.message..",
            "dev.sluice.link..",
            "dev.sluice.net..",
            "dev.sluice.jms..");

    @ArchTest
    static final ArchRule THREADS_MEET_IN_THE_BASE_ONLY = sharesMemoryOnlyIn("dev.sluice.base..", Map.of());
}
