package ninebark.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The ladder of ARCHITECTURE.md: compile-time arrows point down only. */
class LadderTest {
  /** Each floor and the rooms on it, lowest first. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("erasure"),
          List.of("storagenode"),
          List.of("metadata"),
          List.of("gateway", "scrubber", "lifecycle"),
          List.of("bench"),
          List.of("deploy"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ninebark");

  @TestFactory
  Stream<DynamicTest> a_room_knows_only_the_floors_below() {
    return FLOORS.stream()
        .flatMap(List::stream)
        .map(room -> DynamicTest.dynamicTest(room, () -> knowsOnlyBelow(room)));
  }

  private static void knowsOnlyBelow(String room) {
    int floor = floorOf(room);
    var forbidden =
        FLOORS.subList(floor, FLOORS.size()).stream()
            .flatMap(List::stream)
            .filter(other -> !other.equals(room))
            .map(other -> "ninebark." + other + "..")
            .toArray(String[]::new);
    if (forbidden.length > 0) {
      noClasses()
          .that()
          .resideInAPackage("ninebark." + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden)
          .check(CLASSES);
    }
  }

  @Test
  void every_room_has_classes_so_that_no_rule_holds_for_want_of_code() {
    for (var room : FLOORS.stream().flatMap(List::stream).toList()) {
      assertThat(CLASSES.stream().filter(c -> inRoom(c.getPackageName(), room)).count())
          .describedAs(room)
          .isPositive();
    }
  }

  @Test
  void packages_form_no_cycles() {
    slices().matching("ninebark.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void what_a_floor_is_for_decides_which_libraries_it_may_use() {
    // Who must not know a library is as much a part of the design as who does.
    var forbidden =
        Map.of(
            "erasure",
                List.of("io.netty..", "org.rocksdb..", "org.apache.ratis..", "tools.jackson.."),
            "storagenode", List.of("org.apache.ratis..", "tools.jackson.."),
            "metadata", List.of("io.netty.."),
            "gateway", List.of("org.rocksdb..", "org.apache.ratis.."),
            "scrubber", List.of("io.netty..", "org.apache.ratis.."),
            "lifecycle", List.of("io.netty..", "org.rocksdb..", "org.apache.ratis.."));
    forbidden.forEach(
        (room, libraries) ->
            noClasses()
                .that()
                .resideInAPackage("ninebark." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries.toArray(String[]::new))
                .check(CLASSES));
  }

  private static int floorOf(String room) {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      if (FLOORS.get(floor).contains(room)) {
        return floor;
      }
    }
    throw new IllegalArgumentException(room);
  }

  private static boolean inRoom(String packageName, String room) {
    return packageName.equals("ninebark." + room)
        || packageName.startsWith("ninebark." + room + ".");
  }
}
