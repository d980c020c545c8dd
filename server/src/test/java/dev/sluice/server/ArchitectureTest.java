package dev.sluice.server;

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

@AnalyzeClasses(packages = "dev.sluice.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NOTHING_OF_THE_OUTSIDE = knowsNothingOfTheOutside("dev.sluice.server.core..");

    @ArchTest
    static final ArchRule THE_CORE_ASKS_NEITHER_CLOCK_NOR_CHANCE =
            asksNeitherClockNorChance("dev.sluice.server.core..");

    @ArchTest
    static final ArchRule THE_CORE_ITERATES_IN_A_FIXED_ORDER = iteratesInAFixedOrder("dev.sluice.server.core..");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_SHELL = doesNotKnow(
            "dev.sluice.server.core..",
            "dev.sluice.server.store..",
            "dev.sluice.server.gateway..",
            "dev.sluice.server.admin..",
            "dev.sluice.server.shard..",
            "dev.sluice.server.cli..",
            "dev.sluice.server");

    @ArchTest
    static final ArchRule SELECTORS_KNOW_NOTHING_OF_THE_OUTSIDE =
            knowsNothingOfTheOutside("dev.sluice.server.selector..");

    @ArchTest
    static final ArchRule SELECTORS_ASK_NEITHER_CLOCK_NOR_CHANCE =
            asksNeitherClockNorChance("dev.sluice.server.selector..");

    @ArchTest
    static final ArchRule SELECTORS_KNOW_NOBODY = doesNotKnow(
            "dev.sluice.server.selector..",
            "dev.sluice.server.core..",
            "dev.sluice.server.shard..",
            "dev.sluice.server.store..",
            "dev.sluice.server.log..",
            "dev.sluice.server.gateway..");

    @ArchTest
    static final ArchRule THE_STORE_KNOWS_NO_OTHER_SHELL = doesNotKnow(
            "dev.sluice.server.store..",
            "dev.sluice.server.gateway..",
            "dev.sluice.server.shard..",
            "dev.sluice.server.log..",
            "dev.sluice.server.cli..");

    @ArchTest
    static final ArchRule THE_LOG_KNOWS_NO_OTHER_SHELL = doesNotKnow(
            "dev.sluice.server.log..",
            "dev.sluice.server.gateway..",
            "dev.sluice.server.shard..",
            "dev.sluice.server.store..",
            "dev.sluice.server.cli..");

    @ArchTest
    static final ArchRule THE_REPLICATED_LOG_KNOWS_NO_OTHER_SHELL = doesNotKnow(
            "dev.sluice.server.raft..",
            "dev.sluice.server.gateway..",
            "dev.sluice.server.shard..",
            "dev.sluice.server.store..",
            "dev.sluice.server.cli..");

    @ArchTest
    static final ArchRule RATIS_IS_KNOWN_IN_ONE_PACKAGE =
            com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.sluice.server.raft..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.ratis..")
                    .because("another engine would be another package");

    @ArchTest
    static final ArchRule THE_GATEWAY_KNOWS_NO_OTHER_SHELL = doesNotKnow(
            "dev.sluice.server.gateway..",
            "dev.sluice.server.core..",
            "dev.sluice.server.store..",
            "dev.sluice.server.log..",
            "dev.sluice.server.cli..");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_IS_AN_APPLICATION = doesNotKnow(
            "dev.sluice.server.cli..",
            "dev.sluice.server.core..",
            "dev.sluice.server.store..",
            "dev.sluice.server.log..",
            "dev.sluice.server.shard..");

    @ArchTest
    static final ArchRule ONLY_APPLICATIONS_USE_THE_CLIENT =
            com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.sluice.server.core..",
                            "dev.sluice.server.selector..",
                            "dev.sluice.server.log..",
                            "dev.sluice.server.raft..",
                            "dev.sluice.server.store..",
                            "dev.sluice.server.shard..",
                            "dev.sluice.server.gateway..",
                            "dev.sluice.server.admin..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.sluice",
                            "dev.sluice.jms..",
                            "dev.sluice.link..",
                            "dev.sluice.net..",
                            "dev.sluice.sharding..")
                    .because("the server knows of the provider the wire, messages and the base");

    @ArchTest
    static final ArchRule THREADS_MEET_IN_THE_BASE_ONLY = sharesMemoryOnlyIn("dev.sluice.base..", Map.of());
}
