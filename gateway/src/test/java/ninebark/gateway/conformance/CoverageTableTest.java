package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The README's table of operations is what there is. */
class CoverageTableTest {
  private static TestStore store;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    assertThat(SignedHttp.root(store).put("/table", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Test
  void theReadmeHoldsTheTableThatIsGenerated() throws IOException {
    if (System.getProperty("ninebark.coverage", "").equals("write")) {
      CoverageTable.main(new String[0]);
    }
    var readme = Files.readString(CoverageTable.readme());
    assertThat(readme)
        .as(
            "README.md is not up to date; the command to renew it stands in its marker:\n%s",
            CoverageTable.BEGIN)
        .isEqualTo(CoverageTable.renewed(readme));
  }

  @Test
  void everyOperationThatAnswersIsProvedByATest() throws IOException {
    var covering = CoverageTable.covering();
    var unproved = new ArrayList<S3Operation>();
    for (var operation : CoverageTable.handled()) {
      if (covering.getOrDefault(operation, Set.of()).isEmpty()) {
        unproved.add(operation);
      }
    }
    assertThat(unproved).as("operations with a handler that no test @Covers").isEmpty();
  }

  /** What the table calls refused is refused, by the name of the operation; all else is not. */
  @ParameterizedTest
  @EnumSource
  void theTableSaysWhatTheDoorDoes(S3Operation operation) {
    var target =
        switch (operation.resource()) {
          case SERVICE -> "/";
          case BUCKET -> "/table";
          case OBJECT, ANY -> "/table/key";
        };
    var query = new ArrayList<String>();
    for (var condition : operation.conditions()) {
      query.add(condition.equals("id") ? "id=i" : condition);
    }
    var headers = new ArrayList<String>();
    for (var header : operation.headers()) {
      headers.add(header + ": /table/key");
    }
    var answer =
        SignedHttp.root(store)
            .send(
                operation.method().name(),
                target + (query.isEmpty() ? "" : "?" + String.join("&", query)),
                new byte[0],
                headers.toArray(String[]::new));
    var refusals = List.of("501 NotImplemented");
    boolean refused =
        refusals.contains(answer.verdict())
            && answer.element("Operation").equals(operation.label());
    assertThat(refused)
        .as("%s answered %s", operation, answer.verdict())
        .isEqualTo(!CoverageTable.handled().contains(operation));
    if (operation == S3Operation.DELETE_BUCKET) {
      assertThat(SignedHttp.root(store).put("/table", "").status()).isEqualTo(200);
    }
  }
}
