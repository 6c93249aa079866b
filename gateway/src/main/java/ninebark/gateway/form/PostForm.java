package ninebark.gateway.form;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ninebark.gateway.document.TagSet;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;

/**
 * An upload form, read up to where its file begins. Names of fields are lower case here, for their
 * case carries no meaning. Threads: one.
 */
public final class PostForm {
  /** Of all fields before the file, names and values together: S3's own limit. */
  public static final int MAX_FIELD_BYTES = 20 * 1024;

  /** Of what stands behind the file, which means nothing. */
  private static final int MAX_TAIL_BYTES = 64 * 1024;

  private static final String FILE = "file";
  private static final String FILE_NAME = "${filename}";

  /** These go to the object, as the headers of the same name would. */
  private static final Set<String> HEADERS =
      Set.of(
          "cache-control",
          "content-type",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-md5",
          "expires",
          "if-match",
          "if-none-match");

  /** These prove the form and say nothing of the object. */
  private static final Set<String> PROOF =
      Set.of(
          "policy",
          "signature",
          "awsaccesskeyid",
          "x-amz-algorithm",
          "x-amz-credential",
          "x-amz-date",
          "x-amz-signature",
          "x-amz-security-token");

  private final MultipartReader reader;
  private final Map<String, String> fields;

  private PostForm(MultipartReader reader, Map<String, String> fields) {
    this.reader = reader;
    this.fields = fields;
  }

  /**
   * Reads all fields before the file, and replaces <code>${filename}</code> in them by the name of
   * the user's file, without its path.
   *
   * @param contentType of the request
   * @throws S3Exception if this is no such form
   */
  public static PostForm read(ByteSource body, String contentType) throws IOException {
    var boundary =
        MultipartReader.boundary(contentType)
            .orElseThrow(
                () ->
                    S3Error.PRECONDITION_FAILED
                        .exception()
                        .with(
                            "Condition",
                            "Bucket POST must be of the enclosure-type multipart/form-data"));
    var reader = new MultipartReader(body, boundary);
    var fields = new LinkedHashMap<String, String>();
    int room = MAX_FIELD_BYTES;
    while (true) {
      var part =
          reader
              .next(room)
              .orElseThrow(S3Error.INCORRECT_NUMBER_OF_FILES_IN_POST_REQUEST::exception);
      var name = part.name().toLowerCase(Locale.ROOT);
      if (name.equals(FILE)) {
        var fileName = withoutPath(part.fileName().orElse(""));
        fields.replaceAll(
            (field, value) -> PROOF.contains(field) ? value : value.replace(FILE_NAME, fileName));
        return new PostForm(reader, fields);
      }
      room -= name.length();
      if (room < 0) {
        throw tooLarge();
      }
      var value = value(reader, room);
      room -= value.length;
      var text =
          PercentCoding.utf8(ByteBuffer.wrap(value))
              .orElseThrow(
                  () ->
                      S3Error.MALFORMED_POST_REQUEST.because("A field of the form is not UTF-8."));
      if (fields.put(name, text) != null) {
        throw S3Error.invalidArgument("The form has this field more than once.", name, text);
      }
    }
  }

  private static byte[] value(MultipartReader reader, int room) throws IOException {
    var value = new ByteArrayOutputStream(64);
    for (var piece = reader.content(); piece.hasRemaining(); piece = reader.content()) {
      if (value.size() + piece.remaining() > room) {
        throw tooLarge();
      }
      var copy = new byte[piece.remaining()];
      piece.get(copy);
      value.writeBytes(copy);
    }
    return value.toByteArray();
  }

  private static S3Exception tooLarge() {
    return S3Error.MAX_POST_PRE_DATA_LENGTH_EXCEEDED
        .exception()
        .with("MaxPostPreDataLengthBytes", Integer.toString(MAX_FIELD_BYTES));
  }

  private static String withoutPath(String fileName) {
    return fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  }

  /** All fields before the file, by lower-case name. */
  public Map<String, String> fields() {
    return Collections.unmodifiableMap(fields);
  }

  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /**
   * A field that must be there.
   *
   * @param spelling as the documentation has it
   */
  public String required(String spelling) {
    return field(spelling.toLowerCase(Locale.ROOT))
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                S3Error.invalidArgument(
                    "Bucket POST must contain a field named '"
                        + spelling
                        + "'.  If it is specified, please check the order of the fields.",
                    spelling,
                    ""));
  }

  /** What the object is to be called. */
  public String key() {
    return field("key")
        .filter(key -> !key.isEmpty())
        .orElseThrow(
            () ->
                S3Error.USER_KEY_MUST_BE_SPECIFIED
                    .because(
                        "Bucket POST must contain a field named 'key'.  If it is specified, please"
                            + " check the order of the fields.")
                    .with("ArgumentName", "key"));
  }

  /** What the fields ask for, as the headers that ask the same of a PUT. */
  public Headers headers() {
    var headers = Headers.builder();
    fields.forEach(
        (name, value) -> {
          switch (name) {
            case "acl" -> headers.add("x-amz-acl", value(name, value));
            case "tagging" -> headers.add("x-amz-tagging", tags(value));
            case "x-amz-checksum-algorithm" ->
                headers.add("x-amz-sdk-checksum-algorithm", value(name, value));
            default -> {
              if (HEADERS.contains(name) || (name.startsWith("x-amz-") && !PROOF.contains(name))) {
                headers.add(name, value(name, value));
              }
            }
          }
        });
    return headers.build();
  }

  /** As a header could hold it: one byte to a char, and no line ends. */
  private static String value(String name, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 127) {
        throw S3Error.invalidArgument("The field holds a control character.", name, text);
      }
    }
    return new String(text.strip().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String tags(String document) {
    return TagSet.KIND.parser().apply(document).tags().stream()
        .map(tag -> PercentCoding.encode(tag.key()) + "=" + PercentCoding.encode(tag.value()))
        .collect(Collectors.joining("&"));
  }

  /**
   * The file, piece by piece. Its end is told only once the form was seen to end well.
   *
   * @param least bytes it must have
   * @param most bytes it may have
   */
  public ByteSource file(long least, long most) {
    return new FileContent(least, most);
  }

  private final class FileContent implements ByteSource {
    private final long least;
    private final long most;
    private long given;
    private boolean ended;

    FileContent(long least, long most) {
      this.least = least;
      this.most = most;
    }

    @Override
    public ByteBuffer next() throws IOException {
      if (ended) {
        return ByteBuffer.allocate(0);
      }
      var piece = reader.content();
      given += piece.remaining();
      if (given > most) {
        throw S3Error.ENTITY_TOO_LARGE
            .because("Your proposed upload exceeds the maximum allowed size")
            .with("ProposedSize", Long.toString(given))
            .with("MaxSizeAllowed", Long.toString(most));
      }
      if (!piece.hasRemaining()) {
        if (given < least) {
          throw S3Error.ENTITY_TOO_SMALL
              .because("Your proposed upload is smaller than the minimum allowed size")
              .with("ProposedSize", Long.toString(given))
              .with("MinSizeAllowed", Long.toString(least));
        }
        readTail();
        ended = true;
      }
      return piece;
    }

    /** What comes behind the file is ignored, but for a second file. */
    private void readTail() throws IOException {
      for (var part = reader.next(MAX_TAIL_BYTES);
          part.isPresent();
          part = reader.next(MAX_TAIL_BYTES)) {
        if (part.get().name().equalsIgnoreCase(FILE)) {
          throw S3Error.INCORRECT_NUMBER_OF_FILES_IN_POST_REQUEST.exception();
        }
      }
      reader.finish(MAX_TAIL_BYTES);
    }
  }
}
