package ninebark.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ninebark.gateway");

  @Test
  void packagesDependInOneDirection() {
    slices().matching("ninebark.gateway.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheShellKnowsNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ninebark.gateway.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void theShellAndTheSignaturesKnowNoS3Operation() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "ninebark.gateway.http..", "ninebark.gateway.sigv4..", "ninebark.gateway.xml..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ninebark.gateway.request..",
            "ninebark.gateway.access..",
            "ninebark.gateway.operation..",
            "ninebark.metadata..",
            "ninebark.storagenode..")
        .check(CLASSES);
  }
}
