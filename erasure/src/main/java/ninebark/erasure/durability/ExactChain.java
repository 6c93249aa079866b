package ninebark.erasure.durability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The Markov chain over what is missing, solved without a subtraction, so that 40 nines come out as
 * exactly as two: {@code L = 1 / (mean time from a whole stripe to an undecodable one)}.
 *
 * <p>MDS codes use the birth-death recursion of {@link #meanTimesUp}; others the state elimination
 * of Grassmann, Taksar and Heyman over losses per family, with interchangeable families lumped.
 */
public record ExactChain() implements Model {
  /** Elimination costs the cube of this; a second at most. */
  static final int MAX_STATES = 1_200;

  @Override
  public Estimate estimate(StripeProcess process) {
    boolean queued = process.order() == RepairOrder.ONE_AT_A_TIME;
    boolean memoryless = process.spread() instanceof RepairSpread.Exponential;
    // The chain's one-at-a-time repair is memoryless. For other spreads the chain runs side by
    // side,
    // where only the mean matters, and the queue's moment ratio is put on top.
    boolean chainQueues = queued && memoryless;
    double loss = 0;
    for (var stratum : process.strata()) {
      loss += stratum.share() / meanTimeToLoss(process.redundancy(), stratum, chainQueues);
    }
    if (queued && !memoryless) {
      loss *= process.spread().momentRatio(process.redundancy().tolerance());
      return new Estimate.Calculated(
          loss, "exact chain times E[T^m]/E[T]^m for one repair at a time (leading order)");
    }
    return new Estimate.Calculated(loss, "exact Markov chain");
  }

  @Override
  public String method() {
    return "exact";
  }

  /** The chain, or the closed form for codes with so many groups that the chain is too large. */
  static Model orClosedForm(Redundancy redundancy) {
    return redundancy.families().size() == 1 || reachable(redundancy).size() <= MAX_STATES
        ? new ExactChain()
        : new ClosedForm();
  }

  /** Mean years until a stripe that starts whole is lost. */
  public static double meanYearsToLoss(StripeProcess process) {
    return 1 / new ExactChain().estimate(process).lossPerYear();
  }

  private static double meanTimeToLoss(
      Redundancy redundancy, StripeProcess.Stratum stratum, boolean oneAtATime) {
    double l = stratum.lossPerYear();
    if (l == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double repairs = 1 / stratum.missingYears();
    if (redundancy.families().size() == 1) {
      double years = 0;
      for (double up :
          meanTimesUp(redundancy.n(), redundancy.tolerance(), l, repairs, oneAtATime)) {
        years += up;
      }
      return years;
    }
    return eliminate(redundancy, l, repairs, oneAtATime);
  }

  /** {@code h_i}, the mean years from {@code i} missing to {@code i+1} missing, i = 0..m. */
  static double[] meanTimesUp(int n, int m, double l, double repairs, boolean oneAtATime) {
    var h = new double[m + 1];
    for (int i = 0; i <= m; i++) {
      double up = (n - i) * l;
      double down = oneAtATime ? Math.min(i, 1) * repairs : i * repairs;
      h[i] = 1 / up + (i == 0 ? 0 : down / up * h[i - 1]);
    }
    return h;
  }

  private static double eliminate(
      Redundancy redundancy, double l, double repairs, boolean oneAtATime) {
    var states = states(redundancy);
    var index = new HashMap<List<Integer>, Integer>();
    for (int s = 0; s < states.size(); s++) {
      index.put(states.get(s), s);
    }
    int count = states.size();
    var families = redundancy.families();
    var rate = new double[count][count];
    var lost = new double[count];
    for (int s = 0; s < count; s++) {
      var state = states.get(s);
      int missing = state.stream().mapToInt(Integer::intValue).sum();
      for (int f = 0; f < families.size(); f++) {
        int here = state.get(f);
        if (here < families.get(f).size()) {
          double up = (families.get(f).size() - here) * l;
          var next = lumped(redundancy, state, f, +1);
          if (redundancy.decodable(next)) {
            rate[s][index.get(next)] += up;
          } else {
            lost[s] += up;
          }
        }
        if (here > 0) {
          double down = oneAtATime ? repairs * here / missing : repairs * here;
          rate[s][index.get(lumped(redundancy, state, f, -1))] += down;
        }
      }
    }
    // Years spent per visit, in units of the state's own exit rate; starts at one per state.
    var years = new double[count];
    Arrays.fill(years, 1);
    for (int s = count - 1; s > 0; s--) {
      double out = lost[s];
      for (int t = 0; t < s; t++) {
        out += rate[s][t];
      }
      for (int u = 0; u < s; u++) {
        double share = rate[u][s] / out;
        if (share == 0) {
          continue;
        }
        for (int t = 0; t < s; t++) {
          if (t != u) {
            rate[u][t] += share * rate[s][t];
          }
        }
        lost[u] += share * lost[s];
        years[u] += share * years[s];
      }
    }
    return years[0] / lost[0];
  }

  private static List<List<Integer>> states(Redundancy redundancy) {
    var states = reachable(redundancy);
    if (states.size() > MAX_STATES) {
      throw new IllegalArgumentException(
          "the exact chain of "
              + redundancy.label()
              + " has more than "
              + MAX_STATES
              + " states; use importance sampling (is), splitting (split) or the closed form");
    }
    return states;
  }

  /**
   * All decodable losses per family, lumped; nothing lost comes first. Stops soon after {@link
   * #MAX_STATES}.
   */
  private static List<List<Integer>> reachable(Redundancy redundancy) {
    var seen = new LinkedHashSet<List<Integer>>();
    seen.add(redundancy.nothingLost());
    var queue = new ArrayDeque<>(seen);
    while (!queue.isEmpty() && seen.size() <= MAX_STATES) {
      var state = queue.removeFirst();
      for (int f = 0; f < redundancy.families().size(); f++) {
        if (state.get(f) < redundancy.families().get(f).size()) {
          var next = lumped(redundancy, state, f, +1);
          if (redundancy.decodable(next) && seen.add(next)) {
            queue.addLast(next);
          }
        }
      }
    }
    return new ArrayList<>(seen);
  }

  /** One more or one less lost in a family, with interchangeable families sorted. */
  private static List<Integer> lumped(
      Redundancy redundancy, List<Integer> state, int family, int change) {
    var next = new ArrayList<>(state);
    next.set(family, next.get(family) + change);
    var families = redundancy.families();
    for (int from = 0; from < families.size(); ) {
      int to = from + 1;
      while (to < families.size() && families.get(to).equals(families.get(from))) {
        to++;
      }
      next.subList(from, to).sort(Comparator.reverseOrder());
      from = to;
    }
    return List.copyOf(next);
  }
}
