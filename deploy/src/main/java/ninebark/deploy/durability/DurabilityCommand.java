package ninebark.deploy.durability;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import ninebark.deploy.admin.AdminClient;
import ninebark.deploy.text.Table;
import ninebark.erasure.durability.Assumptions;
import ninebark.erasure.durability.Claim;
import ninebark.erasure.durability.ClosedForm;
import ninebark.erasure.durability.Estimate;
import ninebark.erasure.durability.ExactChain;
import ninebark.erasure.durability.Explanation;
import ninebark.erasure.durability.FailureBiasing;
import ninebark.erasure.durability.Figures;
import ninebark.erasure.durability.FixedWindow;
import ninebark.erasure.durability.Mistake;
import ninebark.erasure.durability.Model;
import ninebark.erasure.durability.NaiveMonteCarlo;
import ninebark.erasure.durability.Redundancy;
import ninebark.erasure.durability.RepairBudget;
import ninebark.erasure.durability.Splitting;
import ninebark.erasure.durability.Waterfall;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** How many nines a scheme has, what that rests on, and what it leaves out. */
@Command(
    name = "durability",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    description = {
      "Compute how likely a stripe is to be lost in a year, and print the claim with all it rests on.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ninebark durability --scheme rs:6,2 --az 2/2/2/2 --afr 1.6 --repair 6h",
      "  ninebark durability --scheme rs:5,4 --az 3/3/3 --lz 1e-4 --corruption 1e-4 --scrub 14d",
      "  ninebark durability --scheme rs:6,2 --method all --explain",
      "  ninebark durability compare rs:6,2 rs:5,4 3x --az 3 --lz 1e-3",
      "  ninebark durability --find-the-mistake",
      "  ninebark durability page nines.html",
      "  ninebark durability --live",
      "",
      "Exit codes: 0 answered, 1 no server answered, 2 the question could not be understood."
    })
public final class DurabilityCommand implements Callable<Integer> {
  /** The ways to compute; {@code all} runs each and prints them side by side. */
  enum Method {
    exact,
    closed,
    window,
    is,
    split,
    mc,
    all
  }

  private static final String DEFAULT_SCHEME = "rs:6,2";
  private static final int DEFAULT_EVENTS = 2_000_000;
  private static final int MAX_SAMPLES = 20_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      defaultValue = DEFAULT_SCHEME,
      description =
          "rs:6,2, 17+3, 3x, lrc:12,2,2 (local parities over data), azlrc:12,3,6 (over global"
              + " parities too) or f4:10,4. Default: ${DEFAULT-VALUE}.")
  private String scheme = DEFAULT_SCHEME;

  @Mixin private AssumptionOptions assumed;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "exact",
      description =
          "exact (Markov chain), closed (leading term), window (fixed windows, too low), is"
              + " (importance sampling), split (splitting), mc (naive simulation), all. Default:"
              + " ${DEFAULT-VALUE}.")
  private Method method = Method.exact;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Of the sampled methods; the same seed gives the same digits. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--samples",
      paramLabel = "COUNT",
      description =
          "Excursions (is), particles (split) or events (mc). Default: up to 200000, 200000, 2000000;"
              + " fewer for codes of many shards, so that each takes seconds.")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--explain", description = "Show each step of the arithmetic.")
  private boolean explain;

  @Option(
      names = "--find-the-mistake",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "all",
      description = "Popular wrong arguments about durability, with the numbers that refute them.")
  private Optional<String> mistake = Optional.empty();

  @Option(
      names = "--live",
      description =
          "The claims of a server that runs, for each storage class, from what it has lived through.")
  private boolean live;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "That server's admin listener. Default: 127.0.0.1:9001.")
  private String admin = AdminClient.DEFAULT;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try {
      if (live) {
        var body = new AdminClient(admin).ask(DurabilityPages.LIVE, Map.of());
        print(json ? body : LiveReport.of(JsonMapper.builder().build().readTree(body)));
        return CommandLine.ExitCode.OK;
      }
      print(mistake.isPresent() ? mistakes(mistake.get()) : claim());
      return CommandLine.ExitCode.OK;
    } catch (IllegalArgumentException impossible) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), impossible.getMessage(), impossible);
    }
  }

  private void print(String text) {
    var out = spec.commandLine().getOut();
    out.print(text.endsWith("\n") ? text : text + "\n");
    out.flush();
  }

  private String claim() {
    var assumptions = assumed.of(Redundancy.parse(scheme), Optional.empty());
    var claims = new ArrayList<Claim>();
    for (var model : models(assumptions.redundancy())) {
      claims.add(Claim.of(assumptions, model));
    }
    if (json) {
      return DurabilityJson.claim(
          claims, explain ? Optional.of(Explanation.of(assumptions)) : Optional.empty());
    }
    var text = new StringBuilder(claims.getFirst().card());
    if (claims.size() > 1) {
      text.append("\nAll methods, devices alone\n").append(indented(side(claims)));
    }
    if (claims.getFirst().counted().size() > 1) {
      text.append("\nWaterfall of nines\n").append(indented(waterfall(claims.getFirst())));
    }
    if (explain) {
      text.append("\nArithmetic\n").append(explanation(assumptions));
    }
    return text.toString();
  }

  private List<Model> models(Redundancy redundancy) {
    return switch (method) {
      case exact -> List.of(new ExactChain());
      case closed -> List.of(new ClosedForm());
      case window -> List.of(window());
      case is -> List.of(importance(redundancy));
      case split -> List.of(splitting(redundancy));
      case mc -> List.of(naive());
      case all ->
          List.of(
              new ExactChain(),
              new ClosedForm(),
              window(),
              importance(redundancy),
              splitting(redundancy),
              naive());
    };
  }

  private static Model window() {
    return new FixedWindow(FixedWindow.Count.POISSON);
  }

  private Model importance(Redundancy redundancy) {
    return asked()
        .<Model>map(count -> new FailureBiasing(seed, count))
        .orElseGet(() -> FailureBiasing.bounded(seed, redundancy));
  }

  private Model splitting(Redundancy redundancy) {
    return asked()
        .<Model>map(count -> new Splitting(seed, count))
        .orElseGet(() -> Splitting.bounded(seed, redundancy));
  }

  private Model naive() {
    return new NaiveMonteCarlo(seed, asked().orElse(DEFAULT_EVENTS));
  }

  private Optional<Integer> asked() {
    samples.ifPresent(
        count -> {
          if (count > MAX_SAMPLES) {
            throw new IllegalArgumentException(
                "--samples is at most " + MAX_SAMPLES + ", found " + count);
          }
        });
    return samples;
  }

  private static String side(List<Claim> claims) {
    var table = new Table("method", "loss per year", "nines", "95% interval", "of exact");
    double exact = claims.getFirst().devices().lossPerYear();
    for (var claim : claims) {
      var estimate = claim.devices();
      table.row(
          claim.model().method(),
          Figures.scientific(estimate.lossPerYear()),
          (estimate.lossPerYear() > 0 ? "" : "> ") + estimate.nines(),
          switch (estimate) {
            case Estimate.Calculated calculated -> "";
            case Estimate.Sampled it ->
                Figures.scientific(it.low())
                    + " to "
                    + Figures.scientific(it.high())
                    + (it.converged() || it.lossPerYear() == 0 ? "" : ", not converged");
          },
          exact == 0 ? "" : String.format(Locale.ROOT, "x%.3f", estimate.lossPerYear() / exact));
    }
    return table.text();
  }

  static String waterfall(Claim claim) {
    var table = new Table("with", "loss per year", "nines");
    for (Waterfall.Step step : claim.waterfall().steps()) {
      table.row(
          step.cause().label(),
          step.counted() ? Figures.scientific(step.lossPerYear()) : "not counted",
          step.counted() ? step.nines().toString() : "");
    }
    return table.text();
  }

  private static String explanation(Assumptions assumptions) {
    var text = new StringBuilder();
    int number = 1;
    for (var step : Explanation.of(assumptions).steps()) {
      text.append(String.format(Locale.ROOT, "%4d. %s%n", number++, step.title()))
          .append("        ")
          .append(step.formula())
          .append("\n        ")
          .append(step.numbers())
          .append('\n');
    }
    return text.toString();
  }

  private String mistakes(String name) {
    var all = Mistake.all();
    var chosen =
        name.equals("all") ? all : all.stream().filter(it -> it.name().equals(name)).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no mistake is called '"
              + name
              + "'; there are "
              + String.join(", ", all.stream().map(Mistake::name).toList()));
    }
    if (json) {
      return DurabilityJson.mistakes(chosen);
    }
    var text = new StringBuilder();
    for (var each : chosen) {
      text.append(text.isEmpty() ? "" : "\n").append(each.name()).append('\n');
      text.append("  They say  ").append(wrapped(each.argument())).append('\n');
      text.append("  But       ").append(wrapped(each.fault())).append('\n');
      int width = each.numbers().stream().mapToInt(line -> line.name().length()).max().orElse(0);
      for (var line : each.numbers()) {
        text.append("            ")
            .append(line.name())
            .append(" ".repeat(width - line.name().length() + 2))
            .append(line.value())
            .append('\n');
      }
    }
    return text.toString();
  }

  private static String wrapped(String text) {
    var lines = new StringBuilder();
    int column = 0;
    for (var word : text.split(" ", -1)) {
      if (column > 0 && column + word.length() > 80) {
        lines.append("\n            ");
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.toString();
  }

  private static String indented(String text) {
    return text.indent(2);
  }

  /** Several schemes under the same assumptions. */
  @Command(
      name = "compare",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      abbreviateSynopsis = true,
      usageHelpWidth = 100,
      description = {"Compare schemes under the same assumptions.", ""})
  int compare(
      @Parameters(
              paramLabel = "SCHEME",
              arity = "0..*",
              description =
                  "Schemes to compare. Default: 3x rs:4,2 rs:6,2 rs:6,3 rs:5,4 rs:10,4 rs:11,7 17+3"
                      + " lrc:12,2,2 azlrc:12,3,6.")
          List<String> schemes,
      @Mixin AssumptionOptions compared,
      @Option(names = "--json", description = "Print JSON.") boolean asJson) {
    var compare = spec.subcommands().get("compare");
    try {
      var names = schemes == null || schemes.isEmpty() ? COMPARED : schemes;
      var claims = new ArrayList<Claim>();
      for (var name : names) {
        claims.add(
            Claim.of(compared.of(Redundancy.parse(name), Optional.of("3")), new ExactChain()));
      }
      var out = compare.getOut();
      out.print(asJson ? DurabilityJson.claims(claims) : comparison(claims));
      out.flush();
      return CommandLine.ExitCode.OK;
    } catch (IllegalArgumentException impossible) {
      throw new CommandLine.ParameterException(compare, impossible.getMessage(), impossible);
    }
  }

  /** The teaching page: one file that needs no server. */
  @Command(
      name = "page",
      mixinStandardHelpOptions = true,
      usageHelpWidth = 100,
      description = {
        "Write the teaching page: AZ map, sliders and charts in one file, usable without a server.",
        ""
      })
  int page(
      @Parameters(paramLabel = "FILE", description = "Where to write it; must not exist.")
          Path file)
      throws IOException {
    try {
      Files.writeString(file, DurabilityPages.page(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException exists) {
      throw new CommandLine.ParameterException(
          spec.subcommands().get("page"), "expected a new file, found " + file, exists);
    }
    return CommandLine.ExitCode.OK;
  }

  /** The teaching page's resource, beside this class. */
  static final String PAGE = "durability.html";

  private static final List<String> COMPARED =
      List.of(
          "3x",
          "rs:4,2",
          "rs:6,2",
          "rs:6,3",
          "rs:5,4",
          "rs:10,4",
          "rs:11,7",
          "17+3",
          "lrc:12,2,2",
          "azlrc:12,3,6");

  private static final double ELEVEN_NINES = 1e-11;

  private static String comparison(List<Claim> claims) {
    var table =
        new Table(
            "scheme",
            "shards per AZ",
            "bytes per byte",
            "spare after an AZ",
            "time missing",
            "nines, disks",
            "nines, all counted",
            "eleven nines if repaired in");
    for (var claim : claims) {
      var a = claim.assumptions();
      table.row(
          a.redundancy().label(),
          a.layout().map(Object::toString).orElse(""),
          String.format(Locale.ROOT, "%.2f", a.redundancy().overhead()),
          a.layout()
              .map(
                  it ->
                      it.marginWithoutWorst() < 0
                          ? "LOST"
                          : String.valueOf(it.marginWithoutWorst()))
              .orElse(""),
          Figures.duration(a.missing()),
          claim.waterfall().step(Waterfall.Cause.INDEPENDENT).nines().toString(),
          claim.ninesPerStripe().toString(),
          Figures.duration(RepairBudget.longest(a.redundancy(), a.disks(), ELEVEN_NINES)));
    }
    var first = claims.getFirst();
    return table.text()
        + "\nCounted: "
        + String.join(", ", first.counted())
        + ".\nNot counted: "
        + String.join(", ", first.notCounted())
        + ".\nLOST: the loss of one AZ can lose the stripe. Above 13 nines, what is not counted"
        + " decides.\n";
  }
}
