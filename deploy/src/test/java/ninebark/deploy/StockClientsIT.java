package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Clients as people have them, with their defaults untouched, get back every byte. */
class StockClientsIT {
  private static final long GIB = 1L << 30;
  private static final int PART = 64 << 20;

  @TempDir static Path folder;
  private static StoreProcess store;

  @BeforeAll
  static void start() throws IOException {
    store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    assertThat(store.stop()).describedAs("exit code after SIGTERM").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 << 10, 100 << 10, 5 << 20})
  void the_java_sdk_puts_and_gets(int length) {
    try (var s3 = store.client()) {
      ensureBucket(s3, "java-sdk");
      var body = Bodies.of(length, length);
      var key = "dir/über + 100%/" + length;
      s3.putObject(r -> r.bucket("java-sdk").key(key), RequestBody.fromBytes(body));
      assertThat(s3.getObjectAsBytes(r -> r.bucket("java-sdk").key(key)).asByteArray())
          .isEqualTo(body);
      assertThat(s3.headObject(r -> r.bucket("java-sdk").key(key)).contentLength())
          .isEqualTo(length);
      if (length > 1) {
        var range =
            s3.getObjectAsBytes(
                r -> r.bucket("java-sdk").key(key).range("bytes=1-" + (length / 2)));
        assertThat(range.asByteArray()).isEqualTo(Arrays.copyOfRange(body, 1, length / 2 + 1));
      }
    }
  }

  @Test
  void the_java_sdk_uploads_a_gibibyte_in_parts() throws IOException {
    try (var s3 = store.client()) {
      ensureBucket(s3, "java-multipart");
      var upload = s3.createMultipartUpload(r -> r.bucket("java-multipart").key("big")).uploadId();
      var parts = new ArrayList<CompletedPart>();
      for (int number = 1; number <= GIB / PART; number++) {
        int part = number;
        var etag =
            s3.uploadPart(
                    r -> r.bucket("java-multipart").key("big").uploadId(upload).partNumber(part),
                    RequestBody.fromBytes(Bodies.of(part, PART)))
                .eTag();
        parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
      }
      s3.completeMultipartUpload(
          r ->
              r.bucket("java-multipart")
                  .key("big")
                  .uploadId(upload)
                  .multipartUpload(m -> m.parts(parts)));
      try (var body = s3.getObject(r -> r.bucket("java-multipart").key("big"))) {
        assertThat(body.response().contentLength()).isEqualTo(GIB);
        for (int number = 1; number <= GIB / PART; number++) {
          assertThat(Arrays.equals(body.readNBytes(PART), Bodies.of(number, PART)))
              .describedAs("part " + number)
              .isTrue();
        }
        assertThat(body.read()).isEqualTo(-1);
      }
      s3.deleteObject(r -> r.bucket("java-multipart").key("big"));
    }
  }

  @Test
  void boto3_puts_and_gets_every_size() throws Exception {
    assumeTrue(runs("python3", "-c", "import boto3"), "boto3 is not installed here");
    var script = folder.resolve("sizes.py");
    Files.writeString(
        script,
        """
        import boto3, hashlib, io, os, sys
        s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1")
        s3.create_bucket(Bucket="boto3")
        for size in [0, 1, 16 << 10, 100 << 10, 5 << 20]:
            body = os.urandom(size)
            s3.put_object(Bucket="boto3", Key=f"k/{size}", Body=body, Metadata={"note": "as given"})
            got = s3.get_object(Bucket="boto3", Key=f"k/{size}")
            assert got["Body"].read() == body, size
            assert got["Metadata"] == {"note": "as given"}, got
        block = os.urandom(1 << 20)
        class Stream(io.RawIOBase):
            def __init__(self, blocks): self.left = blocks * len(block)
            def readable(self): return True
            def readinto(self, into):
                n = min(len(into), self.left)
                at = -self.left % len(block)
                n = min(n, len(block) - at)
                into[:n] = block[at:at + n]
                self.left -= n
                return n
        s3.upload_fileobj(io.BufferedReader(Stream(1024), 1 << 20), "boto3", "big")
        got, digest = s3.get_object(Bucket="boto3", Key="big"), hashlib.sha256()
        assert got["ContentLength"] == 1 << 30
        for chunk in got["Body"].iter_chunks(1 << 20):
            digest.update(chunk)
        expected = hashlib.sha256()
        for _ in range(1024):
            expected.update(block)
        assert digest.digest() == expected.digest()
        names = [o["Key"] for p in s3.get_paginator("list_objects_v2").paginate(Bucket="boto3") for o in p["Contents"]]
        assert names == sorted(names) and len(names) == 6, names
        s3.delete_objects(Bucket="boto3", Delete={"Objects": [{"Key": n} for n in names]})
        assert s3.list_objects_v2(Bucket="boto3")["KeyCount"] == 0
        s3.delete_bucket(Bucket="boto3")
        """);
    run("python3", script.toString(), store.endpoint().toString());
  }

  @Test
  void boto3_keeps_versions_tags_locks_and_copies() throws Exception {
    assumeTrue(runs("python3", "-c", "import boto3"), "boto3 is not installed here");
    var script = folder.resolve("versions.py");
    Files.writeString(
        script,
        """
        import boto3, datetime, sys, urllib.request
        from botocore.exceptions import ClientError
        s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1")
        B = "boto3-versions"
        def refused(code, call, **arguments):
            try:
                call(**arguments)
            except ClientError as e:
                assert e.response["Error"]["Code"] == code, e
                return
            raise AssertionError(f"{code} expected")
        s3.create_bucket(Bucket=B, ObjectLockEnabledForBucket=True)
        assert s3.get_bucket_versioning(Bucket=B)["Status"] == "Enabled"
        one = s3.put_object(Bucket=B, Key="k", Body=b"one", Tagging="a=1&b=2")["VersionId"]
        two = s3.put_object(Bucket=B, Key="k", Body=b"two", ChecksumAlgorithm="SHA256")
        marker = s3.delete_object(Bucket=B, Key="k")
        assert marker["DeleteMarker"] is True
        refused("NoSuchKey", s3.get_object, Bucket=B, Key="k")
        assert s3.get_object(Bucket=B, Key="k", VersionId=one)["Body"].read() == b"one"
        tags = s3.get_object_tagging(Bucket=B, Key="k", VersionId=one)["TagSet"]
        assert {t["Key"]: t["Value"] for t in tags} == {"a": "1", "b": "2"}, tags
        listed = s3.list_object_versions(Bucket=B)
        assert [v["VersionId"] for v in listed["Versions"]] == [two["VersionId"], one]
        assert listed["DeleteMarkers"][0]["IsLatest"] is True
        s3.delete_object(Bucket=B, Key="k", VersionId=marker["VersionId"])
        got = s3.get_object(Bucket=B, Key="k", ChecksumMode="ENABLED")
        assert got["ChecksumSHA256"] == two["ChecksumSHA256"] and got["Body"].read() == b"two"
        copied = s3.copy_object(Bucket=B, Key="copy", CopySource={"Bucket": B, "Key": "k", "VersionId": one})
        assert s3.get_object(Bucket=B, Key="copy")["Body"].read() == b"one"
        assert copied["CopySourceVersionId"] == one
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        s3.put_object_retention(Bucket=B, Key="k", VersionId=one, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
        refused("AccessDenied", s3.delete_object, Bucket=B, Key="k", VersionId=one)
        s3.delete_object(Bucket=B, Key="k", VersionId=one, BypassGovernanceRetention=True)
        s3.put_object_legal_hold(Bucket=B, Key="copy", LegalHold={"Status": "ON"})
        refused("AccessDenied", s3.delete_object, Bucket=B, Key="copy", VersionId=copied["VersionId"], BypassGovernanceRetention=True)
        s3.put_object_legal_hold(Bucket=B, Key="copy", LegalHold={"Status": "OFF"})
        refused("PreconditionFailed", s3.put_object, Bucket=B, Key="k", Body=b"x", IfNoneMatch="*")
        parts = s3.get_object_attributes(Bucket=B, Key="k", ObjectAttributes=["ETag", "ObjectSize", "Checksum"])
        assert parts["ObjectSize"] == 3 and parts["Checksum"]["ChecksumSHA256"] == two["ChecksumSHA256"]
        form = s3.generate_presigned_post(B, "form/${filename}", Conditions=[["content-length-range", 1, 100]])
        edge = "ninebark-edge"
        body = "".join(f'--{edge}\\r\\nContent-Disposition: form-data; name="{n}"\\r\\n\\r\\n{v}\\r\\n' for n, v in form["fields"].items())
        body += f'--{edge}\\r\\nContent-Disposition: form-data; name="file"; filename="page.txt"\\r\\n\\r\\nby form\\r\\n--{edge}--\\r\\n'
        sent = urllib.request.Request(form["url"], body.encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"})
        assert urllib.request.urlopen(sent).status == 204
        assert s3.get_object(Bucket=B, Key="form/page.txt")["Body"].read() == b"by form"
        s3.put_bucket_tagging(Bucket=B, Tagging={"TagSet": [{"Key": "team", "Value": "storage"}]})
        assert s3.get_bucket_tagging(Bucket=B)["TagSet"] == [{"Key": "team", "Value": "storage"}]
        listed = s3.list_object_versions(Bucket=B)
        gone = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in listed["Versions"] + listed.get("DeleteMarkers", [])]
        assert "Errors" not in s3.delete_objects(Bucket=B, Delete={"Objects": gone})
        s3.delete_bucket(Bucket=B)
        """);
    run("python3", script.toString(), store.endpoint().toString());
  }

  @Test
  void the_aws_cli_keeps_versions_and_tags() throws Exception {
    assumeTrue(runs("aws", "--version"), "the aws cli is not installed here");
    var endpoint = store.endpoint().toString();
    aws(endpoint, "s3", "mb", "s3://cli-versions");
    aws(
        endpoint,
        "s3api",
        "put-bucket-versioning",
        "--bucket",
        "cli-versions",
        "--versioning-configuration",
        "Status=Enabled");
    var file = folder.resolve("version.txt");
    for (var text : List.of("one", "two")) {
      Files.writeString(file, text);
      aws(endpoint, "s3", "cp", file.toString(), "s3://cli-versions/k");
    }
    aws(
        endpoint,
        "s3api",
        "put-object-tagging",
        "--bucket",
        "cli-versions",
        "--key",
        "k",
        "--tagging",
        "TagSet=[{Key=colour,Value=green}]");
    assertThat(
            aws(
                endpoint,
                "s3api",
                "get-object-tagging",
                "--bucket",
                "cli-versions",
                "--key",
                "k",
                "--output",
                "text"))
        .contains("colour\tgreen");
    var versions =
        aws(
            endpoint,
            "s3api",
            "list-object-versions",
            "--bucket",
            "cli-versions",
            "--query",
            "Versions[].[VersionId]",
            "--output",
            "text");
    assertThat(versions.lines()).hasSize(2);
    var oldest = versions.lines().toList().getLast().strip();
    aws(
        endpoint,
        "s3api",
        "get-object",
        "--bucket",
        "cli-versions",
        "--key",
        "k",
        "--version-id",
        oldest,
        folder.resolve("oldest").toString());
    assertThat(folder.resolve("oldest")).hasContent("one");
    aws(endpoint, "s3", "cp", "s3://cli-versions/k", "s3://cli-versions/copy");
    assertThat(aws(endpoint, "s3", "cp", "s3://cli-versions/copy", "-")).isEqualTo("two");
  }

  @Test
  void the_aws_cli_copies_lists_and_removes() throws Exception {
    assumeTrue(runs("aws", "--version"), "the aws cli is not installed here");
    var endpoint = store.endpoint().toString();
    aws(endpoint, "s3", "mb", "s3://aws-cli");
    for (long length : new long[] {0, 1, 16 << 10, 100 << 10, 5 << 20, 1L << 30}) {
      var file = folder.resolve("cli-" + length);
      writeFile(file, length);
      aws(endpoint, "s3", "cp", "--no-progress", file.toString(), "s3://aws-cli/dir/" + length);
      var back = folder.resolve("back-" + length);
      aws(endpoint, "s3", "cp", "--no-progress", "s3://aws-cli/dir/" + length, back.toString());
      assertThat(Files.mismatch(file, back))
          .describedAs("first difference at " + length)
          .isEqualTo(-1);
      Files.delete(file);
      Files.delete(back);
    }
    assertThat(aws(endpoint, "s3", "ls", "--recursive", "s3://aws-cli")).contains("dir/1073741824");
    // The same call as version 2 of the cli writes it: options after the sub-command, endpoint from
    // the environment.
    assertThat(aws(endpoint, "s3api", "head-object", "--bucket", "aws-cli", "--key", "dir/1"))
        .contains("\"ContentLength\": 1");
    var source = Files.createDirectories(folder.resolve("tree/a/b"));
    Files.writeString(source.resolve("c.txt"), "c");
    aws(endpoint, "s3", "sync", folder.resolve("tree").toString(), "s3://aws-cli/tree");
    assertThat(aws(endpoint, "s3", "ls", "s3://aws-cli/tree/")).contains("PRE a/");
    aws(endpoint, "s3", "cp", "s3://aws-cli/tree/a/b/c.txt", "s3://aws-cli/copied");
    assertThat(aws(endpoint, "s3", "cp", "s3://aws-cli/copied", "-")).isEqualTo("c");
    aws(endpoint, "s3", "rb", "--force", "s3://aws-cli");
    assertThat(aws(endpoint, "s3", "ls")).doesNotContain("aws-cli");
  }

  private static void ensureBucket(S3Client s3, String bucket) {
    s3.createBucket(r -> r.bucket(bucket));
  }

  private static void writeFile(Path file, long length) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      var block = Bodies.of(length, 1 << 20);
      for (long left = length; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
  }

  private static boolean runs(String... command) {
    try {
      return process(List.of(command)).start().waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String aws(String endpoint, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("aws", "--endpoint-url", endpoint));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws Exception {
    var process = process(List.of(command)).start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .describedAs(String.join(" ", command) + "\n" + output + "\n" + store.log())
        .isZero();
    return output;
  }

  private static ProcessBuilder process(List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_ACCESS_KEY_ID", StoreProcess.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", StoreProcess.SECRET_KEY);
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_CONFIG_FILE", folder.resolve("no-config").toString());
    return builder;
  }
}
