package ninebark.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.bench.load.S3Steps.Doomed;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is asked of the server. */
public enum Workload {
  PUT(false, "new objects, one after the other") {
    @Override
    Script script(Plan plan, int worker) {
      return () ->
          Optional.of(
              plan.steps().put(Operation.PUT, plan.objects().get(plan.fresh().getAndIncrement())));
    }
  },
  GET(true, "whole objects at random, every byte checked") {
    @Override
    Script script(Plan plan, int worker) {
      var random = random(plan, worker);
      return () ->
          Optional.of(
              plan.steps().get(Operation.GET, plan.objects().get(random.nextLong(plan.keys()))));
    }
  },
  STAT(true, "HEAD of objects at random") {
    @Override
    Script script(Plan plan, int worker) {
      var random = random(plan, worker);
      return () -> Optional.of(plan.steps().stat(plan.objects().get(random.nextLong(plan.keys()))));
    }
  },
  LIST(true, "pages of a listing, from random places") {
    @Override
    Script script(Plan plan, int worker) {
      var random = random(plan, worker);
      double last = Math.max(0, 1 - 1.05 * plan.maxKeys() / (double) Math.max(1, plan.keys()));
      return () ->
          Optional.of(
              plan.steps()
                  .list(
                      "start-after="
                          + LoadObjects.encode(
                              plan.objects().keyAfter(random.nextDouble() * last), false),
                      plan.maxKeys(),
                      (count, token) -> {}));
    }
  },
  WALK(true, "the whole listing, page by page") {
    @Override
    Script script(Plan plan, int worker) {
      return new WalkScript(plan);
    }
  },
  DELETE(true, "the prepared objects, until none is left") {
    @Override
    Script script(Plan plan, int worker) {
      return () -> {
        if (plan.deleteBatch() == 1) {
          long number = plan.doomed().getAndIncrement();
          return number < plan.keys()
              ? Optional.of(plan.steps().delete(plan.objects().get(number)))
              : Optional.empty();
        }
        long from = plan.doomed().getAndAdd(plan.deleteBatch());
        var batch = new ArrayList<Doomed>(plan.deleteBatch());
        for (long n = from; n < Math.min(plan.keys(), from + plan.deleteBatch()); n++) {
          batch.add(new Doomed(plan.objects().get(n).key(), ""));
        }
        return batch.isEmpty() ? Optional.empty() : Optional.of(plan.steps().deleteBatch(batch));
      };
    }
  },
  MIXED(true, "GET, HEAD, PUT and DELETE in the shares of --mix") {
    @Override
    Script script(Plan plan, int worker) {
      return new MixedScript(plan, worker);
    }
  },
  MULTIPART(false, "uploads in parts of --part-size") {
    @Override
    Script script(Plan plan, int worker) {
      return new MultipartScript(plan);
    }
  },
  VERSIONED(false, "new versions of few keys, read, looked at and deleted by version") {
    @Override
    Script script(Plan plan, int worker) {
      return new VersionedScript(plan, worker);
    }
  },
  RANGES(true, "stretches of --range-size of objects at random") {
    @Override
    Script script(Plan plan, int worker) {
      var random = random(plan, worker);
      return () -> {
        var object = plan.objects().get(random.nextLong(plan.keys()));
        long length = Math.min(plan.rangeBytes(), object.length());
        long offset = random.nextLong(object.length() - length + 1);
        return Optional.of(plan.steps().getRange(object, offset, length));
      };
    }
  },
  CONDITIONAL(false, "If-None-Match and If-Match, holding and not") {
    @Override
    Script script(Plan plan, int worker) {
      return new ConditionalScript(plan);
    }
  };

  private final boolean prepared;
  private final String description;

  Workload(boolean prepared, String description) {
    this.prepared = prepared;
    this.description = description;
  }

  /** What one worker does. */
  abstract Script script(Plan plan, int worker);

  /** Whether it needs objects that stand ready. */
  boolean prepared() {
    return prepared;
  }

  String description() {
    return description;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For the command line. */
  static final class Converter implements ITypeConverter<Workload> {
    @Override
    public Workload convert(String text) {
      for (var workload : values()) {
        if (workload.toString().equals(text)) {
          return workload;
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is not a workload; choose from " + List.of(values()));
    }
  }

  /** Objects from zero to the plan's count, put once each. */
  static Script preparation(Plan plan, AtomicLong next) {
    return () -> {
      long number = next.getAndIncrement();
      return number < plan.keys()
          ? Optional.of(plan.steps().put(Operation.PUT, plan.objects().get(number)))
          : Optional.empty();
    };
  }

  private static SplittableRandom random(Plan plan, int worker) {
    return new SplittableRandom(plan.seed() * 31 + worker);
  }

  private static final class WalkScript implements Script {
    private final Plan plan;
    private String from = "";
    private long seen;

    WalkScript(Plan plan) {
      this.plan = plan;
    }

    @Override
    public Optional<Step> next() {
      var step = plan.steps().list(from, plan.maxKeys(), this::page);
      return Optional.of(
          new Step(
              step.operation(),
              step.request(),
              answer -> {
                var result = step.check().apply(answer);
                if (result instanceof Result.Done && from.isEmpty()) {
                  long walked = seen;
                  seen = 0;
                  if (walked != plan.keys()) {
                    return new Result.Corrupt("a walk saw " + walked + " keys of " + plan.keys());
                  }
                }
                return result;
              }));
    }

    private void page(int count, String token) {
      seen += count;
      from = token.isEmpty() ? "" : "continuation-token=" + LoadObjects.encode(token, false);
    }
  }

  /** Works on keys that no other worker touches, so that it knows what must be there. */
  private static final class MixedScript implements Script {
    private final Plan plan;
    private final SplittableRandom random;
    private long[] live = new long[64];
    private int count;

    MixedScript(Plan plan, int worker) {
      this.plan = plan;
      this.random = random(plan, worker);
      for (long number = worker; number < plan.keys(); number += plan.workers()) {
        add(number);
      }
    }

    private void add(long number) {
      if (count == live.length) {
        live = Arrays.copyOf(live, count * 2);
      }
      live[count++] = number;
    }

    @Override
    public Optional<Step> next() {
      var operation = count == 0 ? Operation.PUT : plan.mix().pick(random);
      if (operation == Operation.PUT) {
        long number = plan.fresh().getAndIncrement();
        return Optional.of(
            plan.steps().put(Operation.PUT, plan.objects().get(number), stored -> add(number)));
      }
      int place = random.nextInt(count);
      var object = plan.objects().get(live[place]);
      return Optional.of(
          switch (operation) {
            case GET -> plan.steps().get(Operation.GET, object);
            case STAT -> plan.steps().stat(object);
            default -> {
              // Gone from here on, whatever the answer: a failed delete may have happened.
              live[place] = live[--count];
              yield plan.steps().delete(object);
            }
          });
    }
  }

  private static final class MultipartScript implements Script {
    private final Plan plan;
    private LoadObject object;
    private Optional<String> uploadId = Optional.empty();
    private final List<String> etags = new ArrayList<>();
    private boolean complete;

    MultipartScript(Plan plan) {
      this.plan = plan;
      this.object = plan.objects().get(plan.fresh().getAndIncrement());
    }

    @Override
    public Optional<Step> next() {
      if (complete) {
        start();
      }
      if (uploadId.isEmpty()) {
        return Optional.of(plan.steps().createUpload(object, id -> uploadId = Optional.of(id)));
      }
      long offset = etags.size() * plan.partBytes();
      if (offset < object.length() || etags.isEmpty()) {
        long length = Math.min(plan.partBytes(), object.length() - offset);
        return Optional.of(
            plan.steps()
                .uploadPart(
                    object,
                    uploadId.get(),
                    etags.size() + 1,
                    offset,
                    length,
                    answer -> etags.add(answer.etag())));
      }
      complete = true;
      return Optional.of(plan.steps().completeUpload(object, uploadId.get(), etags));
    }

    private void start() {
      object = plan.objects().get(plan.fresh().getAndIncrement());
      uploadId = Optional.empty();
      etags.clear();
      complete = false;
    }

    /** A broken upload is left to the clean-up; the next one starts anew. */
    @Override
    public void failed(Step step) {
      start();
    }
  }

  private static final class VersionedScript implements Script {
    private static final int KEYS_PER_WORKER = 8;
    private static final int VERSION_LIMIT = 512;

    private record Version(LoadObject object, String id) {}

    private final Plan plan;
    private final SplittableRandom random;
    private final long firstKey;
    private final List<Version> versions = new ArrayList<>();

    VersionedScript(Plan plan, int worker) {
      this.plan = plan;
      this.random = random(plan, worker);
      this.firstKey = plan.fresh().getAndAdd(KEYS_PER_WORKER);
    }

    @Override
    public Optional<Step> next() {
      int roll = versions.isEmpty() ? 0 : random.nextInt(100);
      if (roll < 40 && versions.size() < VERSION_LIMIT) {
        var object = plan.objects().get(firstKey + random.nextInt(KEYS_PER_WORKER));
        var step =
            plan.steps()
                .put(
                    Operation.PUT_VERSION,
                    object,
                    answer -> versions.add(new Version(object, answer.versionId())));
        return Optional.of(
            new Step(
                step.operation(),
                step.request(),
                answer ->
                    answer.status() == 200 && answer.versionId().isEmpty()
                        ? new Result.Failed("NoVersionId", "a PUT was answered without a version")
                        : step.check().apply(answer)));
      }
      int place = random.nextInt(versions.size());
      var version = versions.get(place);
      if (roll < 70) {
        return Optional.of(plan.steps().getVersion(version.object(), version.id()));
      }
      if (roll < 85) {
        return Optional.of(plan.steps().statVersion(version.object(), version.id()));
      }
      versions.set(place, versions.getLast());
      versions.removeLast();
      return Optional.of(plan.steps().deleteVersion(version.object(), version.id()));
    }
  }

  /** For each new key: create it, fail to create it again, read it both ways, replace it. */
  private static final class ConditionalScript implements Script {
    private final Plan plan;
    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    ConditionalScript(Plan plan) {
      this.plan = plan;
    }

    @Override
    public Optional<Step> next() {
      if (steps.isEmpty()) {
        var object = plan.objects().get(plan.fresh().getAndIncrement());
        return Optional.of(
            plan.steps()
                .putIf(
                    Operation.PUT_IF_ABSENT,
                    object,
                    "if-none-match",
                    "*",
                    answer -> follow(object, answer.etag())));
      }
      return Optional.of(steps.remove());
    }

    private void follow(LoadObject object, String etag) {
      var s3 = plan.steps();
      steps.add(s3.putRefused(object, "if-none-match", "*"));
      steps.add(s3.getIf(Operation.GET_NOT_MODIFIED, object, "if-none-match", etag, 304));
      steps.add(s3.getIf(Operation.GET_IF_MATCH, object, "if-match", etag, 200));
      steps.add(s3.putIf(Operation.PUT_IF_MATCH, object, "if-match", etag, answer -> {}));
    }
  }
}
