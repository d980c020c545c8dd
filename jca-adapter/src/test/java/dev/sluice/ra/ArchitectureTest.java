package dev.sluice.ra;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.sluice.testing.HouseRules.doesNotKnow;
import static dev.sluice.testing.HouseRules.sharesMemoryOnlyIn;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.base.SerialTasks;
import dev.sluice.base.Worker;
import java.util.Map;
import java.util.concurrent.Executor;

@AnalyzeClasses(packages = "dev.sluice.ra", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THREADS_MEET_IN_THE_BASE_ONLY = sharesMemoryOnlyIn("dev.sluice.base..", Map.of());

    @ArchTest
    static final ArchRule THREADS_ARE_THE_CONTAINERS = noClasses()
            .should()
            .callConstructorWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                            com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(Thread.class))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(SerialTasks.class, Worker.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executor.class)
            .because("a resource adapter works on the threads of its container");

    @ArchTest
    static final ArchRule THE_ADAPTER_USES_THE_CLIENT_AND_NOT_WHAT_IS_BELOW_IT = doesNotKnow(
            "dev.sluice.ra..",
            "dev.sluice.link..",
            "dev.sluice.net..",
            "dev.sluice.wire..",
            "dev.sluice.sharding..",
            "dev.sluice.session..",
            "dev.sluice.server..");
}
