package ninebark.deploy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DurabilityCommandTest {
  private record Run(int exitCode, String out, String err) {
    JsonNode json() {
      return JsonMapper.builder().build().readTree(out);
    }
  }

  private static Run run(String line) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        new CommandLine(new DurabilityCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(line.isEmpty() ? new String[0] : line.split(" ", -1));
    return new Run(exitCode, out.toString(), err.toString());
  }

  @Test
  void theExampleOfTheManualPrintsAClaimCard() {
    var run = run("--scheme rs:6,2 --az 2/2/2/2 --afr 1.6 --repair 6h");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("CLAIM  RS(6,2): 9.4 nines per stripe and year")
        .contains("3.22e-10", "survives any one AZ, with no shard to spare")
        .contains("Counted\n  + independent failures", "Not counted\n", "- one AZ destroyed");
  }

  @Test
  void withoutOptionsTheDefaultsAreTheClaim() {
    assertThat(run("").out()).contains("RS(6,2)", "16 TB on the disk", "299 peers at 20 MB/s");
  }

  @ParameterizedTest
  @EnumSource(DurabilityCommand.Method.class)
  void everyMethodAnswersInTextAndJson(DurabilityCommand.Method method) {
    var options = "--scheme rs:6,2 --repair 6h --samples 20000 --method " + method;
    assertThat(run(options).exitCode()).isZero();
    var estimates = run(options + " --json").json().get("estimates");
    assertThat(estimates.size()).isEqualTo(method == DurabilityCommand.Method.all ? 6 : 1);
    for (var estimate : estimates) {
      if (!estimate.get("method").asString().equals("mc")) {
        assertThat(Math.log10(estimate.get("lossPerYear").asDouble())).isCloseTo(-9.5, within(0.5));
      }
    }
  }

  @Test
  void sampledMethodsPrintTheirSeedAndRepeat() {
    var first = run("--repair 6h --method is --seed 7 --samples 5000");
    assertThat(first.out()).contains("seed 7", "95% within");
    assertThat(run("--repair 6h --method is --seed 7 --samples 5000").out()).isEqualTo(first.out());
  }

  @Test
  void aSimulationThatSawNothingClaimsNoMoreThanThat() {
    var run = run("--repair 6h --method mc --samples 10000");
    assertThat(run.out())
        .contains("more than 4.0 nines", "none seen")
        .doesNotContain("no loss modelled");
  }

  @Test
  void everyOptionAppearsOnTheCard() {
    var run =
        run(
            "--scheme rs:5,4 --az 3 --afr 2% --detect 10m --queue 5m --disk 8TB --peers 50 --bw 10MB"
                + " --repair-order serial --repair-spread lognormal:1 --batch 10%:5"
                + " --corruption 1e-4 --scrub 7d --lz 1e-4 --az-rebuild 3d --urgent 30m"
                + " --nodes 90 --groups 270 --dead 7 --events 0.02 --floor 1e-9 --ack 8"
                + " --objects 1e6 --stripes 3");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains(
            "2 per 100 disk-years", "10 min to detect", "5 min in the queue", "8 TB", "50 peers")
        .contains("one at a time", "log-normal, sigma 1.0", "10% of stripes", "scrub every 7 d")
        .contains("rebuilt in 3 d", "in 30 min", "7 of 90 nodes", "270 placement groups")
        .contains("1e-9 per stripe-year", "8 of 9 shards", "1e6 objects of 3 stripes")
        .contains("Waterfall of nines");
  }

  @Test
  void explainShowsFormulasWithNumbers() {
    assertThat(run("--repair 6h --explain").out())
        .contains("L = (t+1) F l (lT)^t = n C(n-1,m) l (lT)^m")
        .contains("L = 3 x 56 x 0.016 x (1.1e-5)^2 = 3.22e-10 per year");
  }

  @Test
  void repairOntoOneSpareTakesTwoDays() {
    assertThat(run("--single-spare 100MB").out()).contains("44.7 h");
  }

  @Test
  void compareSetsSchemesSideBySide() {
    var run = run("compare rs:6,2 rs:5,4 3x --az 3 --lz 1e-3");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(String::strip).toList())
        .anySatisfy(line -> assertThat(line).startsWith("RS(6,2)").contains("3/3/2", "LOST"))
        .anySatisfy(line -> assertThat(line).startsWith("RS(5,4)").contains("3/3/3", " 1 "));
    var json = run("compare rs:6,2 rs:5,4 --json").json().get("claims");
    assertThat(json.size()).isEqualTo(2);
    assertThat(json.get(1).get("inputs").get("shardsPerAz").toString()).isEqualTo("[3,3,3]");
  }

  @Test
  void wrongArgumentsAreListedAndEachCanBeAskedFor() {
    assertThat(run("--find-the-mistake").out()).contains("cube\n", "windows\n", "They say", "But");
    assertThat(run("--find-the-mistake=cube").out()).contains("16 h").doesNotContain("windows\n");
    assertThat(run("--find-the-mistake --json").json().get("mistakes").size()).isGreaterThan(10);
    var unknown = run("--find-the-mistake=flat-earth");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("no mistake is called 'flat-earth'; there are cube, ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --scheme raid6                 | expected a scheme such as rs:6,2
          --scheme rs:6                  | expected 2 numbers after 'rs', found 1 in 'rs:6'
          --az 3/3/3                     | RS(6,2) has 8 shards, the AZs 3/3/3 hold 9
          --az three                     | expected --az as shards per AZ (2/2/2/2) or a number of AZs (4), found 'three'
          --lz 1e-4                      | --lz needs --az
          --repair 6x                    | expected a time such as 15m, 6h, 1.5d or 2w, found '6x'
          --repair 0h                    | repair time must be more than zero
          --repair 6h --peers 9          | --repair is the whole time
          --single-spare 90MB --peers 9  | --single-spare rebuilds onto one disk
          --afr zero                     | expected failures per hundred disk-years, such as 1.6 or 1.6%, found 'zero'
          --afr 0                        | found '0'
          --disk 16                      | expected bytes such as 16TB, 20MB or 4MiB, found '16'
          --batch 50%:5                  | share x multiplier may not exceed 1
          --repair-spread weird          | expected constant, exponential or lognormal:SIGMA, found 'weird'
          --ack 3                        | acknowledged at 6 to 8 synced shards, found 3
          --dead 400                     | dead nodes are 0 to 300 of the fleet, found 400
          --samples 99999999 --method is | --samples is at most 20000000, found 99999999
          --method guess                 | Invalid value for option '--method'
          --bogus                        | Unknown option: '--bogus'
          compare rs:6,2 nonsense        | found 'nonsense'
          """)
  void whatCannotBeUnderstoodIsNamedAndExitsWithTwo(String line, String message) {
    var run = run(line);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message);
  }

  @Test
  void theTeachingPageIsWrittenToANewFileOnly(@TempDir Path folder) throws IOException {
    var file = folder.resolve("nines.html");
    assertThat(run("page " + file).exitCode()).isZero();
    assertThat(file).hasSameTextualContentAs(TeachingTables.PAGE);
    var again = run("page " + file);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("expected a new file, found " + file);
  }

  @Test
  void everyOptionOfTheManualIsInTheHelp() {
    var help = run("--help");
    assertThat(help.exitCode()).isZero();
    for (var option :
        List.of(
            "--scheme",
            "--az",
            "--afr",
            "--repair",
            "--detect",
            "--disk",
            "--peers",
            "--bw",
            "--scrub",
            "--lz",
            "--method",
            "--json",
            "--explain",
            "--find-the-mistake",
            "compare")) {
      assertThat(help.out()).contains(option);
    }
  }
}
