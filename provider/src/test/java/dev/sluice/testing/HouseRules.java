package dev.sluice.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The rules of docs/style.md that byte code can be held to; each module says for which of its packages they are. */
public final class HouseRules {
    private static final String[] OUTSIDE = {
        "io.netty..",
        "org.lmdbjava..",
        "org.slf4j..",
        "java.io..",
        "java.net..",
        "java.nio.channels..",
        "java.nio.file..",
        "java.util.concurrent.."
    };

    private static final Set<String> WALKS = Set.of(
            "iterator", "spliterator", "stream", "forEach", "keySet", "values", "entrySet", "removeIf", "replaceAll");

    private HouseRules() {}

    /** No I/O, sockets, files, threads, locks, loggers: the package decides, others act. {@code allowed} are prefixes of names it may use nevertheless. */
    public static ArchRule knowsNothingOfTheOutside(String purePackage, String... allowed) {
        List<String> exceptions = List.of(allowed);
        DescribedPredicate<JavaClass> outside = resideInAnyPackage(OUTSIDE)
                .or(belongToAnyOf(Thread.class, ThreadLocal.class))
                .and(describe(
                        "not in " + exceptions, type -> exceptions.stream().noneMatch(type.getName()::startsWith)));
        return noClasses()
                .that()
                .resideInAPackage(purePackage)
                .should()
                .dependOnClassesThat(outside)
                .because("what happens to a message is decided where nothing else can happen")
                .allowEmptyShould(true);
    }

    /** No clock and no chance: both come in as arguments. */
    public static ArchRule asksNeitherClockNorChance(String purePackage) {
        return noClasses()
                .that()
                .resideInAPackage(purePackage)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .orShould()
                .callMethodWhere(target(owner(resideInAPackage("java.time.."))).and(target(name("now"))))
                .orShould()
                .accessClassesThat()
                .belongToAnyOf(
                        Random.class,
                        SplittableRandom.class,
                        ThreadLocalRandom.class,
                        UUID.class,
                        java.time.Clock.class)
                .because("the same commands must give the same state, on every replica and in every replay")
                .allowEmptyShould(true);
    }

    /** Nobody walks over a collection whose order is salted by the run, or hangs on hash codes; to look something up in it is fine. */
    public static ArchRule iteratesInAFixedOrder(String purePackage) {
        DescribedPredicate<JavaClass> unordered = describe(
                "a collection without an order",
                type -> type.isEquivalentTo(HashMap.class)
                        || type.isEquivalentTo(HashSet.class)
                        || type.isEquivalentTo(Map.class)
                        || type.isEquivalentTo(Set.class));
        return noClasses()
                .that()
                .resideInAPackage(purePackage)
                .should()
                .callMethodWhere(target(owner(belongToAnyOf(Map.class, Set.class)))
                        .and(target(name("of").or(name("copyOf")).or(name("ofEntries")))))
                .orShould()
                .callMethodWhere(target(owner(unordered))
                        .and(target(describe("walks over it", method -> WALKS.contains(method.getName())))))
                .because("iteration order must not differ from run to run")
                .allowEmptyShould(true);
    }

    /**
     * Memory is shared in {@code home} only; elsewhere a thread owns what it touches. {@code exceptions} are classes (their nested ones
     * included), each with the reason why it may.
     */
    public static ArchRule sharesMemoryOnlyIn(String home, Map<String, String> exceptions) {
        DescribedPredicate<JavaClass> ordinary = describe(
                "are neither in " + home + " nor excepted",
                type -> !resideInAPackage(home).test(type) && !exceptions.containsKey(outermost(type)));
        ArchRule noLocks = noClasses()
                .that(ordinary)
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.concurrent.locks..")
                        .or(resideInAPackage("java.util.concurrent.atomic.."))
                        .or(nameMatching("java\\.lang\\.invoke\\.VarHandle"))
                        .or(nameMatching("org\\.jctools\\..*")));
        ArchRule noVolatile =
                noFields().that().areDeclaredInClassesThat(ordinary).should().haveModifier(JavaModifier.VOLATILE);
        ArchRule noMonitor =
                noMethods().that().areDeclaredInClassesThat(ordinary).should().haveModifier(JavaModifier.SYNCHRONIZED);
        return CompositeArchRule.of(List.of(noLocks, noVolatile, noMonitor))
                .because("what threads share is in one package, small enough to be proved");
    }

    /** Nobody sleeps, tests least of all: they await a condition. */
    public static ArchRule nobodySleeps() {
        return noClasses()
                .should()
                .callMethodWhere(target(owner(assignableTo(Thread.class))).and(target(name("sleep"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(java.util.concurrent.TimeUnit.class)))
                        .and(target(name("sleep"))))
                .because("a condition with a deadline says what is waited for");
    }

    /** Classes of {@code from} do not depend on classes of {@code to}. */
    public static ArchRule doesNotKnow(String from, String... to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .allowEmptyShould(true);
    }

    private static String outermost(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
