package ninebark.erasure.durability;

/** A way to compute the yearly loss of a stripe. */
public sealed interface Model
    permits ExactChain, ClosedForm, FixedWindow, NaiveMonteCarlo, FailureBiasing, Splitting {
  Estimate estimate(StripeProcess process);

  /** What the command line calls it. */
  String method();
}
