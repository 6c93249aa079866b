package ninebark.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import ninebark.bench.client.Body;
import ninebark.bench.client.Endpoint;
import ninebark.bench.client.Outcome;
import ninebark.bench.client.Request;
import ninebark.bench.load.S3Steps.Doomed;

/** The bucket of a run: made if it is not there, and left as it was found. Threads: one. */
final class Bucket {
  private static final Pattern VERSION =
      Pattern.compile(
          "<(?:Version|DeleteMarker)>.*?<Key>(.*?)</Key>.*?<VersionId>(.*?)</VersionId>",
          Pattern.DOTALL);
  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>", Pattern.DOTALL);
  private static final Pattern UPLOAD =
      Pattern.compile("<Upload>.*?<Key>(.*?)</Key>.*?<UploadId>(.*?)</UploadId>", Pattern.DOTALL);

  private final Calls calls;
  private final Endpoint endpoint;
  private final LoadObjects objects;
  private final S3Steps steps;
  private boolean made;

  Bucket(Calls calls, Endpoint endpoint, LoadObjects objects, S3Steps steps) {
    this.calls = calls;
    this.endpoint = endpoint;
    this.objects = objects;
    this.steps = steps;
  }

  /** Makes sure that there is one, or says in words why not. */
  void prepare() throws SetUpException, InterruptedException {
    // A listing rather than a HEAD, because its errors have a message.
    var listing = Request.of("GET", objects.bucketPath()).query("list-type=2&max-keys=1");
    var answer = answer("look at bucket " + objects.bucketPath(), calls.call(listing));
    if (answer.status() == 200) {
      return;
    }
    var failure = S3Xml.failure(answer);
    if (!failure.code().equals("NoSuchBucket")) {
      throw refused("look at bucket " + objects.bucketPath(), answer);
    }
    var creation = calls.call(Request.of("PUT", objects.bucketPath()));
    if (answer("make bucket " + objects.bucketPath(), creation).status() != 200) {
      throw refused("make bucket " + objects.bucketPath(), (Outcome.Answer) creation);
    }
    made = true;
  }

  void enableVersioning() throws SetUpException, InterruptedException {
    var xml =
        "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<Status>Enabled</Status></VersioningConfiguration>";
    var request =
        Request.of("PUT", objects.bucketPath())
            .query("versioning=")
            .body(new Body.Document(xml.getBytes(StandardCharsets.UTF_8)));
    var answer = answer("turn versioning on", calls.call(request));
    if (answer.status() != 200) {
      throw refused("turn versioning on", answer);
    }
  }

  /** Deletes whatever is left under the run's prefix, and the bucket if the run made it. */
  void cleanUp(boolean versions) throws SetUpException, InterruptedException {
    abortUploads();
    while (true) {
      var query =
          versions
              ? "prefix=" + LoadObjects.encode(objects.prefix(), false) + "&versions="
              : "list-type=2&prefix=" + LoadObjects.encode(objects.prefix(), false);
      var page =
          answer(
              "list what is left",
              calls.call(Request.of("GET", objects.bucketPath()).query(query)));
      if (page.status() != 200) {
        throw refused("list what is left", page);
      }
      var doomed = new ArrayList<Doomed>();
      var matcher = (versions ? VERSION : KEY).matcher(page.text());
      while (matcher.find()) {
        doomed.add(new Doomed(matcher.group(1), versions ? matcher.group(2) : ""));
      }
      if (doomed.isEmpty()) {
        break;
      }
      delete(doomed);
    }
    if (made) {
      var deletion =
          answer("delete the bucket", calls.call(Request.of("DELETE", objects.bucketPath())));
      if (deletion.status() != 204 && !S3Xml.failure(deletion).code().equals("BucketNotEmpty")) {
        throw refused("delete the bucket", deletion);
      }
    }
  }

  private void delete(List<Doomed> doomed) throws SetUpException, InterruptedException {
    var step = steps.deleteBatch(doomed);
    var answer = answer("delete what the run made", calls.call(step.request()));
    if (!(step.check().apply(answer) instanceof Result.Done)) {
      throw refused("delete what the run made", answer);
    }
  }

  private void abortUploads() throws InterruptedException {
    var outcome =
        calls.call(
            Request.of("GET", objects.bucketPath())
                .query("prefix=" + LoadObjects.encode(objects.prefix(), false) + "&uploads="));
    if (outcome instanceof Outcome.Answer answer && answer.status() == 200) {
      var uploads = UPLOAD.matcher(answer.text());
      while (uploads.find()) {
        var object =
            new LoadObject(
                uploads.group(1),
                objects.bucketPath() + "/" + LoadObjects.encode(uploads.group(1), true),
                0,
                0);
        var _ = calls.call(steps.abortUpload(object, uploads.group(2)).request());
      }
    }
  }

  private Outcome.Answer answer(String what, Outcome outcome) throws SetUpException {
    return switch (outcome) {
      case Outcome.Answer answer -> answer;
      case Outcome.WrongBytes(var wrong) ->
          throw new SetUpException("cannot " + what + ": " + wrong);
      case Outcome.Broken(var code, var why) ->
          throw new SetUpException(
              code.equals("Unreachable")
                  ? "cannot reach " + endpoint + ": " + why
                  : "cannot " + what + " at " + endpoint + ": " + code + ": " + why);
    };
  }

  private static SetUpException refused(String what, Outcome.Answer answer) {
    var failure = S3Xml.failure(answer);
    return new SetUpException(
        "cannot " + what + ": the server says " + failure.code() + ": " + failure.message());
  }
}
