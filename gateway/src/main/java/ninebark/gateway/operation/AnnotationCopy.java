package ninebark.gateway.operation;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.Bucket;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Command;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Query.Lookup;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.rows.DescriptionFormat;

/**
 * Writes the annotations of an object to its copy, one by one, when the copy does not share its
 * source's bytes. Until the last is written the copy lacks some, as in S3.
 */
final class AnnotationCopy {
  private static final int PAGE = 100;

  private final Backend backend;
  private final Intake intake;

  AnnotationCopy(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
  }

  /** The copy that is to have them, as it was when it was made. */
  record Target(
      Bucket bucket, ObjectKey key, VersionChoice version, ETag etag, String storageClass) {}

  void copy(CopySource.Opened source, Target target) throws IOException {
    var bucket = source.bucket().id();
    var key = source.info().key();
    var version = new VersionChoice.Exactly(source.info().version());
    var after = "";
    while (true) {
      var page =
          hit(
              backend
                  .index()
                  .ask(new Query.ListAnnotations(bucket, key, version, "", after, PAGE)));
      for (var info : page.annotations()) {
        var annotation =
            hit(backend.index().ask(new Query.ReadAnnotation(bucket, key, version, info.name())))
                .orElseThrow(AnnotationCopy::changed);
        write(annotation, target);
        after = info.name();
      }
      if (!page.truncated()) {
        return;
      }
    }
  }

  private void write(Query.Annotation annotation, Target target) throws IOException {
    var info = annotation.info();
    var algorithm =
        info.checksums().stream().map(Checksum::algorithm).findFirst().orElse(Algorithm.CRC64NVME);
    Function<Intake.Stored, Command.PutAnnotation> commit =
        whole ->
            new Command.PutAnnotation(
                target.bucket().id(),
                target.key(),
                target.version(),
                info.name(),
                whole.digests().etag(),
                whole.length(),
                List.of(whole.checksum()),
                whole.content(),
                new Precondition.Matches(target.etag()));
    Intake.Stored stored;
    try (var bytes =
        new ContentReader.Source(
            ContentReader.open(backend, annotation.content(), 0, info.length()))) {
      stored =
          intake.storeCopy(
              bytes,
              info.length(),
              algorithm,
              target.bucket(),
              target.key(),
              target.storageClass(),
              whole -> DescriptionFormat.encode(target.bucket(), commit.apply(whole)));
    }
    if (!(backend.index().submit(commit.apply(stored)) instanceof Reply.ChangeVersion.Changed)) {
      intake.forget(java.util.Optional.of(stored));
      throw changed();
    }
  }

  private static <T> T hit(Lookup<T> lookup) {
    if (lookup instanceof Lookup.Hit<T>(var found)) {
      return found;
    }
    throw changed();
  }

  private static S3Exception changed() {
    return S3Error.SERVICE_UNAVAILABLE.because(
        "The source or its copy changed while its annotations were copied. Please try again.");
  }
}
