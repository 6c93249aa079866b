package ninebark.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import ninebark.erasure.Scheme;
import ninebark.gateway.access.Account;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.operation.StorageClasses;
import ninebark.gateway.operation.StorageClasses.Archive;
import ninebark.gateway.operation.StorageClasses.StorageClass.Offered;
import ninebark.gateway.operation.StorageClasses.StorageClass.Withheld;
import ninebark.metadata.AccountId;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.raft.RaftIndex;
import ninebark.storagenode.shard.IndexMemory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A gateway on a free port, over the real index in a temporary folder and stripes in memory. */
public final class TestStore implements AutoCloseable {
  public static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  public static final String OTHER_ACCESS_KEY = "AKIAOTHERACCOUNT0001";
  public static final String OTHER_SECRET_KEY = "another/secret+key";
  public static final AccountId ROOT = new AccountId("a".repeat(64));
  public static final AccountId OTHER = new AccountId("b".repeat(64));

  final Path folder;
  final IndexMemory memory;
  public final RaftIndex index;
  public final MemoryStripes stripes = new MemoryStripes(1 << 20);
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Gateway gateway;

  private TestStore(int port, UnaryOperator<GatewayConfig> change) throws IOException {
    this.folder = Files.createTempDirectory("ninebark-gateway");
    this.memory = new IndexMemory(32 << 20, 32 << 20);
    this.index =
        RaftIndex.open(
            folder,
            IndexConfig.DEFAULT,
            memory,
            InstantSource.system(),
            registry,
            panic -> {
              throw new IllegalStateException("the index panicked", panic);
            });
    this.gateway =
        Gateway.start(
            InetSocketAddress.createUnresolved("127.0.0.1", port),
            change.apply(GatewayConfig.DEFAULT),
            accounts(),
            index,
            stripes,
            classes(),
            Md5.JDK,
            DayLength.REAL,
            new SecureRandom(),
            InstantSource.system(),
            registry);
  }

  private static StorageClasses classes() {
    var archive = new Archive(Optional.of(Duration.ZERO), Duration.ZERO, Duration.ofHours(1));
    var deep = new Archive(Optional.empty(), Duration.ZERO, Duration.ZERO);
    return new StorageClasses(
        Map.of(
            StorageClasses.STANDARD,
            new Offered(Scheme.rs(6, 2), Optional.empty()),
            "STANDARD_IA",
            new Offered(Scheme.rs(6, 2), Optional.empty()),
            "REDUCED_REDUNDANCY",
            new Offered(Scheme.rs(4, 1), Optional.empty()),
            "ONEZONE_IA",
            new Withheld("there are not enough disks for it"),
            "GLACIER",
            new Offered(Scheme.rs(10, 4), Optional.of(archive)),
            "DEEP_ARCHIVE",
            new Offered(Scheme.rs(10, 4), Optional.of(deep))));
  }

  public static Accounts accounts() {
    return new Accounts(
        List.of(
            new Account(ROOT, "root", Map.of(ACCESS_KEY, SECRET_KEY)),
            new Account(OTHER, "other", Map.of(OTHER_ACCESS_KEY, OTHER_SECRET_KEY))));
  }

  public static TestStore start() {
    return start(UnaryOperator.identity());
  }

  public static TestStore start(UnaryOperator<GatewayConfig> change) {
    try {
      return new TestStore(0, change);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  public int port() {
    return gateway.address().getPort();
  }

  /** Where buckets are shown as websites, if they are. */
  public Optional<InetSocketAddress> websiteAddress() {
    return gateway.websiteAddress();
  }

  /** The AWS SDK with its defaults, as the root account. */
  public S3Client sdk() {
    return sdk(ACCESS_KEY, SECRET_KEY);
  }

  public S3Client sdk(String accessKey, String secret) {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secret)))
        .build();
  }

  @Override
  public void close() {
    gateway.close(Duration.ofSeconds(5));
    try (var paths = Files.walk(folder)) {
      index.close();
      memory.close();
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Serves until killed, for trying by hand: the first argument is the port. */
  public static void main(String[] arguments) throws Exception {
    try (var store = new TestStore(Integer.parseInt(arguments[0]), UnaryOperator.identity())) {
      System.out.println("listening on " + store.endpoint());
      Thread.currentThread().join();
    }
  }
}
