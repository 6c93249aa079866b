package ninebark.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.access.Authorizer;
import ninebark.gateway.access.BucketAccess;
import ninebark.gateway.document.BucketDocuments;
import ninebark.gateway.document.CorsDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.http.ClientTrouble;
import ninebark.gateway.http.Exchange;
import ninebark.gateway.http.HttpService;
import ninebark.gateway.http.Refusal;
import ninebark.gateway.http.ResponseHead;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.operation.CrossOrigin;
import ninebark.gateway.operation.Guard;
import ninebark.gateway.operation.Operation;
import ninebark.gateway.operation.Operations;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.Address;
import ninebark.gateway.request.Payload;
import ninebark.gateway.request.Principal;
import ninebark.gateway.request.Router;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.request.Unsupported;
import ninebark.gateway.sigv2.LegacyString;
import ninebark.gateway.sigv2.LegacyVerifier;
import ninebark.gateway.sigv4.SignatureVerifier;
import ninebark.gateway.sigv4.Verified;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The one way in. Every request is routed, authenticated and authorised here before any handler
 * runs, and here alone trouble becomes an S3 error. Threads: safe.
 */
final class Door implements HttpService, Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  private static final String REQUEST_ID = "requestId";
  private static final int RETRY_AFTER_SECONDS = 1;

  private final GatewayConfig config;
  private final Accounts accounts;
  private final SignatureVerifier verifier;
  private final Optional<LegacyVerifier> legacy;
  private final Forms forms;
  private final Authorizer authorizer;
  private final Index index;
  private final BucketDocuments documents;
  private final InstantSource clock;
  private final Semaphore slots;
  private final String hostId;
  private final Meters meters;
  private volatile Optional<Operations> operations = Optional.empty();

  Door(
      GatewayConfig config,
      Accounts accounts,
      Authorizer authorizer,
      Index index,
      BucketDocuments documents,
      InstantSource clock,
      String hostId,
      io.micrometer.core.instrument.MeterRegistry registry) {
    this.config = config;
    this.accounts = accounts;
    this.verifier = new SignatureVerifier(accounts, config.onlyRegion());
    this.legacy =
        config.signatureVersionTwo() ? Optional.of(new LegacyVerifier(accounts)) : Optional.empty();
    this.forms = new Forms(accounts, verifier, legacy, config.limits().maxPutBytes());
    this.authorizer = authorizer;
    this.index = index;
    this.documents = documents;
    this.clock = clock;
    this.hostId = hostId;
    this.slots = new Semaphore(config.maxConcurrentRequests());
    this.meters =
        new Meters(registry, () -> config.maxConcurrentRequests() - slots.availablePermits());
  }

  /** Operations ask the door for further permissions, so they come after it. */
  void open(Operations handlers) {
    operations = Optional.of(handlers);
  }

  // --- serving ----------------------------------------------------------------------------------

  @Override
  public void serve(Exchange exchange) {
    serve(exchange, this::answer, (visit, error) -> sendError(exchange, visit, error));
  }

  /** Answers one request. */
  interface Answering {
    void answer(Exchange exchange, Visit visit) throws IOException;
  }

  /** Tells a client why not. */
  interface Refusing {
    void refuse(Visit visit, S3Exception error);
  }

  /** Serves a request of any listener: within the limits, logged, and with trouble told. */
  void serve(Exchange exchange, Answering answering, Refusing refusing) {
    var visit = new Visit();
    MDC.put(REQUEST_ID, visit.requestId);
    boolean admitted = slots.tryAcquire();
    try {
      if (!admitted) {
        throw S3Error.SLOW_DOWN.exception();
      }
      answering.answer(exchange, visit);
    } catch (S3Exception refused) {
      refusing.refuse(visit, refused);
    } catch (ClientTrouble trouble) {
      clientTrouble(exchange, visit, trouble);
    } catch (IOException failure) {
      LOG.warn("{} {} failed", visit.label(), LogText.of(visit.resource()), failure);
      refusing.refuse(visit, Failures.error(failure));
    } catch (RuntimeException | Error bug) {
      LOG.error("{} {} met a bug", visit.label(), LogText.of(visit.resource()), bug);
      refusing.refuse(visit, S3Error.INTERNAL_ERROR.exception());
    } finally {
      if (admitted) {
        slots.release();
      }
      long nanos = System.nanoTime() - exchange.startedNanos();
      meters.served(visit, exchange.bytesIn(), exchange.bytesOut(), nanos);
      AccessLog.write(visit, exchange, nanos);
      MDC.remove(REQUEST_ID);
    }
  }

  private void answer(Exchange exchange, Visit visit) throws IOException {
    var target = exchange.target();
    var query =
        QueryParameters.parse(target.query(), config.maxQueryParameters())
            .orElseThrow(S3Error.INVALID_URI::exception);
    var address =
        Address.of(
            target.path(), exchange.headers().first("host").orElse(""), config.baseDomains());
    visit.bucket = address.bucket().orElse("");
    visit.key = address.key().orElse("");
    var routed = route(exchange, address, query);
    visit.operation = routed.operation();
    visit.crossOrigin = crossOrigin(exchange, address);

    var now = clock.instant();
    if (routed.operation().equals(Optional.of(S3Operation.PREFLIGHT))) {
      answerPreflight(exchange, visit, address, query, now);
      return;
    }
    var verified = verified(exchange, query, now);
    visit.accessKeyId = verified.map(Verified::accessKeyId).orElse("");
    if (routed.refusal().isPresent()) {
      throw routed.refusal().get();
    }
    var operation = routed.operation().orElseThrow();
    if (operation == S3Operation.POST_OBJECT) {
      refuseTwoProofs(verified, exchange);
      answerForm(exchange, visit, address, query, now);
      return;
    }
    if (verified.map(Verified::legacy).orElse(false)) {
      refuseUncovered(operation, exchange, address, query);
    }
    var headers =
        verified.map(Verified::presigned).orElse(false)
            ? Payloads.withHoisted(exchange.headers(), query)
            : exchange.headers();
    var principal = principal(verified);
    var bucket = bucket(operation, address);
    // Without a policy the bucket decides at once, and strangers' bodies are not even read.
    boolean byKey =
        operation.isJudgedByKey()
            && bucket.map(each -> each.documents().contains(Policy.KIND.name())).orElse(false);
    if (!byKey) {
      authorize(
          principal,
          query.has("versionId") ? operation.versionAction() : operation.action(),
          address.bucket(),
          address.key(),
          bucket,
          query,
          headers);
    }
    expectOwner(bucket, headers);
    var handler = handler(operation);
    Unsupported.refuse(operation, headers);
    var request =
        new S3Request(
            operation,
            visit.requestId,
            principal,
            address.bucket(),
            bucket,
            address.key().map(ObjectKey::new),
            query,
            headers,
            Payloads.of(exchange, verified, headers),
            now);
    if (operation.mayBeSlow()) {
      serveSlowly(exchange, visit, handler, request);
    } else {
      send(exchange, visit, handle(handler, request));
    }
  }

  private static void expectOwner(Optional<Bucket> bucket, Headers headers) {
    var expected = headers.first("x-amz-expected-bucket-owner");
    if (expected.isPresent()
        && bucket.isPresent()
        && !bucket.get().owner().value().equals(expected.get())) {
      throw S3Error.ACCESS_DENIED.exception();
    }
  }

  private Operation handler(S3Operation operation) {
    return operations
        .flatMap(each -> each.of(operation))
        .orElseThrow(
            () ->
                S3Error.NOT_IMPLEMENTED
                    .because("The operation " + operation.label() + " is not implemented.")
                    .with("Operation", operation.label()));
  }

  // --- browsers ---------------------------------------------------------------------------------

  private Headers crossOrigin(Exchange exchange, Address address) throws IOException {
    if (!exchange.headers().has(CrossOrigin.ORIGIN) || exchange.method().equals("OPTIONS")) {
      return Headers.EMPTY;
    }
    var bucket = lookUp(address);
    return bucket.isEmpty()
        ? Headers.EMPTY
        : CrossOrigin.of(
            documents.find(bucket.get(), CorsDocument.KIND), exchange.method(), exchange.headers());
  }

  /** Browsers send no credentials with a preflight, so nobody is asked for any. */
  void answerPreflight(
      Exchange exchange, Visit visit, Address address, QueryParameters query, Instant now)
      throws IOException {
    var request =
        new S3Request(
            S3Operation.PREFLIGHT,
            visit.requestId,
            new Principal.Anonymous(),
            address.bucket(),
            lookUp(address),
            address.key().filter(key -> !isTooLong(key)).map(ObjectKey::new),
            query,
            exchange.headers(),
            Payload.NONE,
            now);
    send(exchange, visit, handler(S3Operation.PREFLIGHT).handle(request));
  }

  /** A form proves itself by its fields. */
  private static void refuseTwoProofs(Optional<Verified> verified, Exchange exchange) {
    if (verified.isPresent() && exchange.headers().has("content-type")) {
      throw S3Error.invalidArgument(
          "Only one auth mechanism allowed; a form is signed by its fields",
          "Authorization",
          exchange.headers().first("authorization").orElse(""));
    }
  }

  private void answerForm(
      Exchange exchange, Visit visit, Address address, QueryParameters query, Instant now)
      throws IOException {
    var bucket = find(address.bucket().orElseThrow());
    var form = forms.open(exchange, bucket.name().value(), now);
    visit.key = form.key();
    if (form.principal() instanceof Principal.Member(var account, var name, var accessKeyId)) {
      visit.accessKeyId = accessKeyId;
    }
    if (isTooLong(form.key())) {
      throw keyTooLong();
    }
    authorize(
        form.principal(),
        S3Operation.POST_OBJECT.action(),
        address.bucket(),
        Optional.of(form.key()),
        Optional.of(bucket),
        query,
        form.headers());
    expectOwner(Optional.of(bucket), form.headers());
    Unsupported.refuse(S3Operation.PUT_OBJECT, form.headers());
    var request =
        new S3Request(
            S3Operation.POST_OBJECT,
            visit.requestId,
            form.principal(),
            address.bucket(),
            Optional.of(bucket),
            Optional.of(new ObjectKey(form.key())),
            query,
            form.headers(),
            form.payload(),
            now);
    send(exchange, visit, handler(S3Operation.POST_OBJECT).handle(request));
  }

  /** Reads an object as anyone would, who shows no credentials. */
  S3Response read(
      Visit visit, Bucket bucket, String key, boolean headOnly, Headers headers, Instant now)
      throws IOException {
    if (isTooLong(key)) {
      throw keyTooLong();
    }
    var operation = headOnly ? S3Operation.HEAD_OBJECT : S3Operation.GET_OBJECT;
    var name = Optional.of(bucket.name().value());
    authorize(
        new Principal.Anonymous(),
        operation.action(),
        name,
        Optional.of(key),
        Optional.of(bucket),
        QueryParameters.NONE,
        headers);
    var request =
        new S3Request(
            operation,
            visit.requestId,
            new Principal.Anonymous(),
            name,
            Optional.of(bucket),
            Optional.of(new ObjectKey(key)),
            QueryParameters.NONE,
            headers,
            Payload.NONE,
            now);
    return handle(handler(operation), request);
  }

  String hostId() {
    return hostId;
  }

  // --- signatures -------------------------------------------------------------------------------

  private Optional<Verified> verified(Exchange exchange, QueryParameters query, Instant now) {
    var headers = exchange.headers();
    if (legacy.isPresent() && LegacyVerifier.isClaimed(query, headers)) {
      return Optional.of(
          legacy
              .get()
              .verify(
                  exchange.method(),
                  exchange.target(),
                  Address.bucketOfHost(headers.first("host").orElse(""), config.baseDomains()),
                  query,
                  headers,
                  now));
    }
    return verifier.verify(exchange.method(), exchange.target(), query, headers, now);
  }

  /** Version 2 leaves newer parameters unsigned; none of those may choose what is done. */
  private static void refuseUncovered(
      S3Operation operation, Exchange exchange, Address address, QueryParameters query) {
    var signed =
        Router.route(exchange.method(), address, LegacyString.covered(query), exchange.headers());
    if (!signed.action().equals(operation.action())) {
      throw S3Error.ACCESS_DENIED.because(
          "A signature of version 2 does not cover the parameters that make this a "
              + operation.label()
              + ". Please use AWS4-HMAC-SHA256.");
    }
  }

  /** Who may not list a bucket is not told either that it lacks a key. */
  private S3Response handle(Operation handler, S3Request request) throws IOException {
    try {
      return handler.handle(request);
    } catch (S3Exception refused) {
      if (refused.error() == S3Error.NO_SUCH_KEY
          && request.operation().isRead()
          && !isAllowed(
              request.principal(),
              S3Operation.LIST_OBJECTS_V2.action(),
              request.bucketName(),
              Optional.empty(),
              request.bucket(),
              request.query(),
              request.headers())) {
        throw S3Error.ACCESS_DENIED.exception();
      }
      throw refused;
    }
  }

  private Principal principal(Optional<Verified> verified) {
    if (verified.isEmpty()) {
      return new Principal.Anonymous();
    }
    return accounts
        .memberOf(verified.get().accessKeyId())
        .orElseThrow(S3Error.INVALID_ACCESS_KEY_ID::exception);
  }

  /** A row, or why there is none; told only to those who could prove who they are. */
  private record Routed(Optional<S3Operation> operation, Optional<S3Exception> refusal) {}

  private static Routed route(Exchange exchange, Address address, QueryParameters query) {
    try {
      var operation = Router.route(exchange.method(), address, query, exchange.headers());
      if (address.key().map(Door::isTooLong).orElse(false)) {
        return new Routed(Optional.of(operation), Optional.of(keyTooLong()));
      }
      return new Routed(Optional.of(operation), Optional.empty());
    } catch (S3Exception refused) {
      return new Routed(Optional.empty(), Optional.of(refused));
    }
  }

  private static boolean isTooLong(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length > ObjectKey.MAX_BYTES;
  }

  private static S3Exception keyTooLong() {
    return S3Error.KEY_TOO_LONG
        .exception()
        .with("MaxSizeAllowed", Integer.toString(ObjectKey.MAX_BYTES));
  }

  // --- the choke point --------------------------------------------------------------------------

  private Optional<Bucket> bucket(S3Operation operation, Address address) throws IOException {
    if (!operation.needsBucket() || address.bucket().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(find(address.bucket().get()));
  }

  /** The bucket addressed; empty also if there can be none of that name. */
  Optional<Bucket> lookUp(Address address) throws IOException {
    return address.bucket().isPresent() && BucketName.isLegal(address.bucket().get())
        ? index.ask(new Query.FindBucket(new BucketName(address.bucket().get())))
        : Optional.empty();
  }

  private Bucket find(String name) throws IOException {
    if (!BucketName.isLegal(name)) {
      throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", name);
    }
    return index
        .ask(new Query.FindBucket(new BucketName(name)))
        .orElseThrow(() -> S3Error.NO_SUCH_BUCKET.exception().with("BucketName", name));
  }

  private void authorize(
      Principal principal,
      String action,
      Optional<String> bucketName,
      Optional<String> key,
      Optional<Bucket> bucket,
      QueryParameters query,
      Headers headers)
      throws IOException {
    if (!isAllowed(principal, action, bucketName, key, bucket, query, headers)) {
      throw S3Error.ACCESS_DENIED.exception();
    }
  }

  private boolean isAllowed(
      Principal principal,
      String action,
      Optional<String> bucketName,
      Optional<String> key,
      Optional<Bucket> bucket,
      QueryParameters query,
      Headers headers)
      throws IOException {
    Optional<BucketAccess> access =
        bucket.isPresent()
            ? Optional.of(BucketAccess.of(bucket.get(), documents))
            : Optional.empty();
    var question =
        new Authorizer.Question(principal, action, arn(bucketName, key), access, query, headers);
    return switch (authorizer.decide(question)) {
      case Authorizer.Decision.Allow() -> true;
      case Authorizer.Decision.Deny(var reason) -> {
        if (LOG.isDebugEnabled()) {
          LOG.debug(
              "{} on {} denied: {}", question.action(), LogText.of(question.resource()), reason);
        }
        yield false;
      }
    };
  }

  private static String arn(Optional<String> bucket, Optional<String> key) {
    return bucket.map(name -> "arn:aws:s3:::" + name).orElse("*")
        + key.map(text -> "/" + text).orElse("");
  }

  @Override
  public Bucket authorize(S3Request request, String action, String name, ObjectKey key)
      throws IOException {
    boolean same = request.bucket().map(each -> each.name().value().equals(name)).orElse(false);
    var bucket = same ? request.inBucket() : find(name);
    authorize(
        request.principal(),
        action,
        Optional.of(name),
        Optional.of(key.value()),
        Optional.of(bucket),
        request.query(),
        request.headers());
    return bucket;
  }

  // --- answering --------------------------------------------------------------------------------

  ResponseHead head(Visit visit, int status, Headers headers) {
    visit.status = status;
    return new ResponseHead(
        status,
        Headers.builder()
            .add("x-amz-request-id", visit.requestId)
            .add("x-amz-id-2", hostId)
            .build()
            .and(visit.crossOrigin)
            .and(headers));
  }

  void send(Exchange exchange, Visit visit, S3Response response) throws IOException {
    switch (response.body()) {
      case S3Response.Body.Empty() ->
          exchange.respond(head(visit, response.status(), response.headers()), new byte[0]);
      case S3Response.Body.Whole(var bytes) ->
          exchange.respond(head(visit, response.status(), response.headers()), bytes);
      case S3Response.Body.Streamed streamed -> stream(exchange, visit, response, streamed);
    }
  }

  private void stream(
      Exchange exchange, Visit visit, S3Response response, S3Response.Body.Streamed streamed)
      throws IOException {
    try (var reader = streamed.reader()) {
      // The first piece is read before the head goes out: what cannot be read is an error still.
      var piece = reader.next();
      var out =
          exchange.stream(
              head(visit, response.status(), response.headers()),
              OptionalLong.of(streamed.length()));
      long sent = 0;
      while (piece.isPresent()) {
        var lent = piece.get();
        var bytes = lent.bytes();
        sent += bytes.remaining();
        out.write(bytes, lent::close);
        piece = reader.next();
      }
      if (sent != streamed.length()) {
        throw new IOException(
            "the content has " + sent + " bytes, its record says " + streamed.length());
      }
      out.finish();
    }
  }

  /**
   * Some operations work long before they can answer. When one does, the response begins with 200
   * and white space keeps the connection alive; an error then stands in the body, as S3 has it.
   */
  private void serveSlowly(Exchange exchange, Visit visit, Operation handler, S3Request request)
      throws IOException {
    var context = MDC.getCopyOfContextMap();
    var task =
        new FutureTask<>(
            () -> {
              if (context != null) {
                MDC.setContextMap(context);
              }
              return handler.handle(request);
            });
    Thread.ofVirtual().start(task);
    long patience = config.slowAnswerAfter().toMillis();
    try {
      send(exchange, visit, task.get(patience, TimeUnit.MILLISECONDS));
      return;
    } catch (TimeoutException slow) {
      // goes on below
    } catch (ExecutionException failed) {
      throw rethrown(failed);
    } catch (InterruptedException stopping) {
      throw interrupted(stopping);
    }
    var out =
        exchange.stream(
            head(visit, 200, Headers.builder().add("content-type", "application/xml").build()),
            OptionalLong.empty());
    try {
      write(out, XmlWriter.PROLOG.getBytes(StandardCharsets.US_ASCII));
      while (true) {
        try {
          var response = task.get(patience, TimeUnit.MILLISECONDS);
          if (response.body() instanceof S3Response.Body.Whole(var bytes)) {
            write(out, withoutProlog(bytes));
          }
          break;
        } catch (TimeoutException slow) {
          write(out, new byte[] {' '});
        }
      }
    } catch (ExecutionException failed) {
      write(out, withoutProlog(document(visit, errorOf(visit, failed.getCause()))));
    } catch (InterruptedException stopping) {
      throw interrupted(stopping);
    }
    out.finish();
  }

  private static void write(Exchange.Outgoing out, byte[] bytes) throws ClientTrouble {
    out.write(ByteBuffer.wrap(bytes), () -> {});
  }

  private static byte[] withoutProlog(byte[] document) {
    int prolog = XmlWriter.PROLOG.length();
    return java.util.Arrays.copyOfRange(document, prolog, document.length);
  }

  private S3Exception errorOf(Visit visit, Throwable cause) {
    return switch (cause) {
      case S3Exception refused -> {
        visit.errorCode = refused.error().code();
        yield refused;
      }
      case IOException failure -> {
        LOG.warn("{} {} failed", visit.label(), LogText.of(visit.resource()), failure);
        yield Failures.error(failure);
      }
      default -> {
        LOG.error("{} {} met a bug", visit.label(), LogText.of(visit.resource()), cause);
        yield S3Error.INTERNAL_ERROR.exception();
      }
    };
  }

  private static IOException rethrown(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException failure -> failure;
      case RuntimeException other -> throw other;
      case Error bug -> throw bug;
      default -> new IOException(failed.getCause());
    };
  }

  private static IOException interrupted(InterruptedException stopping) {
    Thread.currentThread().interrupt();
    return new IOException("the server is stopping", stopping);
  }

  void sendError(Exchange exchange, Visit visit, S3Exception error) {
    visit.errorCode = error.error().code();
    if (exchange.isAnswered()) {
      // The response is under way; cutting it off is the only way left to say that it is wrong.
      visit.status = 0;
      exchange.abort();
      return;
    }
    if (error.error() == S3Error.NOT_MODIFIED) {
      visit.errorCode = "";
    }
    var headers = Headers.builder();
    boolean bodiless = error.error() == S3Error.NOT_MODIFIED;
    if (!bodiless) {
      headers.add("content-type", "application/xml");
    }
    if (error.error().status() == 503) {
      headers.add("retry-after", Integer.toString(RETRY_AFTER_SECONDS));
    }
    for (var extra : error.headers()) {
      headers.add(extra.name(), extra.value());
    }
    exchange.respond(
        head(visit, error.error().status(), headers.build()),
        bodiless ? new byte[0] : document(visit, error));
  }

  private byte[] document(Visit visit, S3Exception error) {
    return document(visit.requestId, visit.resource(), error);
  }

  private byte[] document(String requestId, String resource, S3Exception error) {
    var xml = XmlWriter.plain(512).open("Error");
    xml.text("Code", error.error().code()).text("Message", error.message());
    for (var extra : error.elements()) {
      xml.text(extra.name(), extra.value());
    }
    return xml.text("Resource", resource)
        .text("RequestId", requestId)
        .text("HostId", hostId)
        .close("Error")
        .bytes();
  }

  private void clientTrouble(Exchange exchange, Visit visit, ClientTrouble trouble) {
    switch (trouble.kind()) {
      case GONE -> {
        visit.errorCode = "ClientGone";
        exchange.abort();
      }
      case TRUNCATED -> sendError(exchange, visit, S3Error.INCOMPLETE_BODY.exception());
      case STALLED -> sendError(exchange, visit, S3Error.REQUEST_TIMEOUT.exception());
      case MALFORMED ->
          sendError(exchange, visit, S3Error.BAD_REQUEST.because(trouble.getMessage()));
    }
  }

  @Override
  public Page refuse(Refusal refusal, String message) {
    var error =
        switch (refusal) {
          case MALFORMED -> S3Error.BAD_REQUEST;
          case HEAD_TOO_LARGE -> S3Error.REQUEST_HEADER_SECTION_TOO_LARGE;
          case HEAD_TOO_SLOW -> S3Error.REQUEST_TIMEOUT;
          case TOO_MANY_CONNECTIONS -> S3Error.SLOW_DOWN;
        };
    var visit = new Visit();
    visit.errorCode = error.code();
    var headers = Headers.builder().add("content-type", "application/xml");
    if (error == S3Error.SLOW_DOWN) {
      headers.add("retry-after", Integer.toString(RETRY_AFTER_SECONDS));
    }
    var head = head(visit, error.status(), headers.build());
    LOG.debug("refused before routing: {}", message);
    return new Page(head, document(visit.requestId, "/", error.because(message)));
  }
}
