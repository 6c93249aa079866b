package ninebark.deploy.durability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.erasure.durability.Assumptions;
import ninebark.erasure.durability.AzLayout;
import ninebark.erasure.durability.Claim;
import ninebark.erasure.durability.Estimate;
import ninebark.erasure.durability.Explanation;
import ninebark.erasure.durability.JulianYear;
import ninebark.erasure.durability.Mistake;
import ninebark.erasure.durability.Waterfall;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Claims as JSON: units are in the names, rates are per year, nothing is rounded. */
final class DurabilityJson {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private DurabilityJson() {}

  /** One claim, with the estimates of all methods that were asked for. */
  static String claim(List<Claim> claims, Optional<Explanation> explanation) {
    var tree = tree(claims.getFirst());
    var estimates = new ArrayList<Map<String, Object>>();
    for (var claim : claims) {
      estimates.add(estimate(claim));
    }
    tree.put("estimates", estimates);
    explanation.ifPresent(it -> tree.put("explanation", it.steps()));
    return write(tree);
  }

  static String claims(List<Claim> claims) {
    return write(Map.of("claims", claims.stream().map(DurabilityJson::tree).toList()));
  }

  static String mistakes(List<Mistake> mistakes) {
    return write(Map.of("mistakes", mistakes));
  }

  static String write(Object tree) {
    return JSON.writeValueAsString(tree) + "\n";
  }

  static Map<String, Object> tree(Claim claim) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("scheme", claim.assumptions().redundancy().label());
    tree.put("perStripe", loss(claim.lossPerStripeYear(), claim.ninesPerStripe().value()));
    tree.put("perObject", loss(claim.lossPerObjectYear(), claim.ninesPerObject().value()));
    var fleet = new LinkedHashMap<String, Object>();
    fleet.put("objects", claim.assumptions().fleet().objectCount());
    fleet.put("objectsLostPerYear", claim.objectsLostPerYear());
    tree.put("fleet", fleet);
    tree.put("inputs", inputs(claim.assumptions()));
    tree.put("inputsInWords", words(claim.inputs()));
    tree.put("counted", claim.counted());
    tree.put("notCounted", claim.notCounted());
    tree.put("beyondBelief", claim.beyondBelief());
    var steps = new ArrayList<Map<String, Object>>();
    for (Waterfall.Step step : claim.waterfall().steps()) {
      var entry = loss(step.lossPerYear(), step.nines().value());
      entry.put("with", step.cause().label());
      entry.put("counted", step.counted());
      steps.add(entry);
    }
    tree.put("waterfall", steps);
    return tree;
  }

  private static Map<String, Object> inputs(Assumptions a) {
    var inputs = new LinkedHashMap<String, Object>();
    inputs.put("dataShards", a.redundancy().k());
    inputs.put("shards", a.redundancy().n());
    inputs.put("overhead", a.redundancy().overhead());
    inputs.put("lossesSurvived", a.redundancy().tolerance());
    a.layout()
        .ifPresent(
            it -> {
              inputs.put("shardsPerAz", it.shardsPerAz());
              inputs.put("marginAfterAz", margins(it));
              inputs.put("guarantee", it.guarantee());
            });
    inputs.put("afrPercent", a.disks().percent());
    inputs.put("hoursMissing", JulianYear.hoursIn(a.missing()));
    inputs.put("repairOrder", a.order().name());
    inputs.put("repairSpread", a.spread().label());
    inputs.put("badBatchShare", a.batches().share());
    inputs.put("badBatchMultiplier", a.batches().multiplier());
    inputs.put("corruptionsPerShardYear", a.latent().perShard().perYear());
    inputs.put("scrubHours", JulianYear.hoursIn(a.latent().scrubInterval()));
    inputs.put("azLossesPerAzYear", a.azLoss().perAz().perYear());
    inputs.put("azRebuildHours", JulianYear.hoursIn(a.azLoss().rebuild()));
    inputs.put("urgentRepairHours", JulianYear.hoursIn(a.azLoss().urgentRepair()));
    inputs.put("repairPriority", a.azLoss().urgency().name());
    a.massFailure()
        .ifPresent(
            it -> {
              inputs.put("massFailuresPerYear", it.events().perYear());
              inputs.put("deadNodes", it.deadNodes());
              inputs.put("nodes", it.groups().nodeCount());
              inputs.put("placementGroups", it.groups().groupCount());
            });
    inputs.put("floorPerStripeYear", a.floor().perYear());
    a.acknowledgement().ifPresent(it -> inputs.put("shardsSyncedAtAck", it.syncedShards()));
    inputs.put("stripesPerObject", a.fleet().stripesPerObject());
    return inputs;
  }

  private static List<Integer> margins(AzLayout layout) {
    var margins = new ArrayList<Integer>();
    for (int az = 0; az < layout.azCount(); az++) {
      margins.add(layout.marginWithout(az));
    }
    return margins;
  }

  private static Map<String, String> words(List<Claim.Line> lines) {
    var words = new LinkedHashMap<String, String>();
    lines.forEach(line -> words.put(line.name(), line.value()));
    return words;
  }

  private static Map<String, Object> estimate(Claim claim) {
    var estimate = claim.devices();
    var tree = loss(estimate.lossPerYear(), estimate.nines().value());
    tree.put("method", claim.model().method());
    tree.put("note", estimate.note());
    switch (estimate) {
      case Estimate.Calculated calculated -> {}
      case Estimate.Sampled it -> {
        tree.put("low", it.low());
        tree.put("high", it.high());
        tree.put("confidence", 0.95);
        tree.put("converged", it.converged());
        tree.put("samples", it.sampleCount());
        tree.put("seed", it.seed());
      }
    }
    return tree;
  }

  /** JSON has no infinity: where no loss is modelled there are no nines. */
  private static Map<String, Object> loss(double perYear, double nines) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("lossPerYear", perYear);
    if (Double.isFinite(nines)) {
      tree.put("nines", nines);
    }
    return tree;
  }
}
