package io.hopyard.server.walls;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls of ARCHITECTURE.md. A wall that is in the way is moved there first, with the reason. */
class HouseTest {
    private static final String BASE = "io.hopyard.";
    private static final String TESTKIT = "io.hopyard.testkit..";
    private static final List<String> SIDE_ROOMS = List.of("cluster", "identity", "store", "stream", "wire");

    /** Each engine or library, and the only rooms that may name it. */
    private static final Map<String, List<String>> ENGINES = Map.ofEntries(
            Map.entry("org.apache.ignite..", List.of("store")),
            Map.entry("org.apache.zookeeper..", List.of("cluster")),
            Map.entry("org.apache.curator..", List.of("cluster")),
            Map.entry("org.apache.kafka..", List.of("stream")),
            Map.entry("kafka..", List.of("stream")),
            Map.entry("org.apache.avro..", List.of("stream")),
            Map.entry("org.bouncycastle..", List.of("identity")),
            Map.entry("io.netty..", List.of("cluster", "store")),
            Map.entry("io.helidon..", List.of("wire")),
            Map.entry("com.fasterxml.jackson..", List.of("wire")));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(HouseTest::isNotTestkit)
            .importPackages("io.hopyard");

    private static boolean isNotTestkit(Location location) {
        return !location.contains("/testkit/");
    }

    private static String room(String name) {
        return BASE + name + "..";
    }

    static Stream<Named<ArchRule>> walls() {
        List<ArchRule> rules = new ArrayList<>();
        rules.add(coreStandsAlone());
        for (String room : SIDE_ROOMS) {
            rules.add(noClasses()
                    .that()
                    .resideInAPackage(room(room))
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.hopyard..").and(not(resideInAnyPackage(room(room), room("core")))))
                    .as("room " + room + " sees core and itself only"));
        }
        ENGINES.forEach((engine, rooms) -> rules.add(noClasses()
                .that(not(resideInAnyPackage(rooms.stream().map(HouseTest::room).toArray(String[]::new))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(engine)
                .as(engine + " is named in " + rooms + " only")));
        rules.add(slices().matching("io.hopyard.(**)").should().beFreeOfCycles().as("packages have no cycles"));
        rules.add(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(TESTKIT)
                .as("what ships does not see the testkit"));
        rules.addAll(bans());
        return rules.stream().map(rule -> Named.of(rule.getDescription(), rule));
    }

    private static ArchRule coreStandsAlone() {
        return classes()
                .that()
                .resideInAPackage(room("core"))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                room("core"),
                                "java.lang",
                                "java.lang.annotation",
                                "java.lang.invoke",
                                "java.lang.runtime",
                                "java.math",
                                "java.nio",
                                "java.nio.charset",
                                "java.security",
                                "java.text",
                                "java.time..",
                                "java.util",
                                "java.util.concurrent..",
                                "java.util.function",
                                "java.util.random",
                                "java.util.regex",
                                "java.util.stream",
                                "java.util.zip",
                                "javax.crypto..",
                                "org.jspecify.annotations")
                        .or(belongToAnyOf(
                                java.io.ByteArrayOutputStream.class,
                                java.io.IOException.class,
                                java.io.OutputStream.class,
                                java.io.Serializable.class,
                                java.io.UncheckedIOException.class))
                        .or(type(Object[].class)))
                .as("core depends on harmless packages of the JDK and jspecify only: no files, sockets, JSON, logging");
    }

    private static List<ArchRule> bans() {
        return List.of(
                noClasses()
                        .that()
                        .resideInAPackage(room("core"))
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(Executor.class)
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(Thread.Builder.class)
                        .orShould()
                        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                        .orShould()
                        .callMethod(Thread.class, "start")
                        .as("core starts no threads"),
                noClasses()
                        .should()
                        .callConstructor(Thread.class)
                        .orShould()
                        .callConstructor(Thread.class, Runnable.class)
                        .orShould()
                        .callConstructor(Thread.class, Runnable.class, String.class)
                        .orShould()
                        .callConstructor(Timer.class)
                        .orShould()
                        .callMethod(ForkJoinPool.class, "commonPool")
                        .orShould()
                        .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
                        .orShould()
                        .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
                        .as("threads come from builders with a name, never from a common pool"),
                noClasses()
                        .that(not(resideInAPackage(room("server"))))
                        .should()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(Instant.class, "now")
                        .orShould()
                        .callMethod(LocalDate.class, "now")
                        .orShould()
                        .callMethod(LocalDateTime.class, "now")
                        .orShould()
                        .callMethod(ZonedDateTime.class, "now")
                        .orShould()
                        .callMethod(OffsetDateTime.class, "now")
                        .orShould()
                        .callMethod(Clock.class, "systemUTC")
                        .orShould()
                        .callMethod(Clock.class, "systemDefaultZone")
                        .orShould()
                        .callConstructor(Date.class)
                        .as("the wall clock is a parameter outside server"),
                noClasses()
                        .that(not(resideInAnyPackage(room("server"), room("bench"))))
                        .should()
                        .callMethod(System.class, "nanoTime")
                        .as("the ticker is a parameter outside server"),
                noClasses()
                        .should()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .callMethod(Thread.class, "sleep", Duration.class)
                        .orShould()
                        .callMethod(Thread.class, "sleep", long.class, int.class)
                        .orShould()
                        .callMethod(TimeUnit.class, "sleep", long.class)
                        .as("nobody sleeps"),
                noClasses()
                        .that(not(resideInAPackage("io.hopyard.server")))
                        .should()
                        .callMethod(System.class, "exit", int.class)
                        .orShould()
                        .callMethod(Runtime.class, "exit", int.class)
                        .orShould()
                        .callMethod(Runtime.class, "halt", int.class)
                        .as("only the commands of server end the process"));
    }

    @ParameterizedTest
    @MethodSource("walls")
    void wallStands(ArchRule wall) {
        wall.check(HOUSE);
    }

    @Test
    void everyRoomWasLookedAt() {
        List<String> rooms = new ArrayList<>(SIDE_ROOMS);
        rooms.add("core");
        rooms.add("server");
        for (String room : rooms) {
            assertThat(HOUSE.that(resideInAPackage(room(room)))).as(room).isNotEmpty();
        }
    }

    /** A rule that cannot fail guards nothing. */
    @Test
    void wallsFailWhereTheyAreBroken() {
        ArchRule broken = noClasses()
                .that()
                .resideInAPackage(room("server"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(room("core"))
                .as("server does not see core");
        assertThatThrownBy(() -> broken.check(HOUSE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server does not see core");
    }
}
