package ninebark.gateway.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.ByteSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
  private static final String HEAD = "Content-Disposition: form-data; name=\"";

  private record Part(String name, String content) {}

  /** In pieces of random size, each lent only until the next. */
  private static ByteSource inPieces(byte[] bytes, Random random, int most) {
    return new ByteSource() {
      private int at;
      private byte[] lent = new byte[0];

      @Override
      public ByteBuffer next() {
        java.util.Arrays.fill(lent, (byte) '!');
        int count = Math.min(bytes.length - at, 1 + random.nextInt(most));
        lent = java.util.Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return ByteBuffer.wrap(lent);
      }
    };
  }

  private static List<Part> read(String body, String boundary, int most) throws IOException {
    var reader =
        new MultipartReader(
            inPieces(body.getBytes(StandardCharsets.ISO_8859_1), new Random(7), most), boundary);
    var parts = new ArrayList<Part>();
    for (var head = reader.next(1000); head.isPresent(); head = reader.next(1000)) {
      var content = new ByteArrayOutputStream();
      for (var piece = reader.content(); piece.hasRemaining(); piece = reader.content()) {
        var copy = new byte[piece.remaining()];
        piece.get(copy);
        content.writeBytes(copy);
      }
      parts.add(new Part(head.get().name(), content.toString(StandardCharsets.ISO_8859_1)));
    }
    return parts;
  }

  private static String form(String boundary, List<Part> parts) {
    var text = new StringBuilder();
    for (var part : parts) {
      text.append("--").append(boundary).append("\r\n").append(HEAD).append(part.name());
      text.append("\"\r\n\r\n").append(part.content()).append("\r\n");
    }
    return text + "--" + boundary + "--\r\n";
  }

  @Test
  void contentsComeOutHoweverTheBytesArrive() throws IOException {
    var boundary = "xYz";
    var parts =
        List.of(
            new Part("empty", ""),
            new Part("plain", "text"),
            new Part("ends", "\r"),
            new Part("ends2", "\r\n"),
            new Part("ends3", "\r\n-"),
            new Part("ends4", "\r\n--"),
            new Part("ends5", "\r\n--xY"),
            new Part("inner", "\r\r\n\r\n--\r\n--x\r\n--xY\r\n--xy\r\n-\r\n--xYx"),
            new Part("starts", "--xYz\r\nno delimiter without a line end"),
            new Part("last", "\n--xYz--"));
    for (int most : new int[] {1, 2, 3, 5, 8, 13, 1000}) {
      assertThat(read(form(boundary, parts), boundary, most)).isEqualTo(parts);
      assertThat(read("preamble\r\n" + form(boundary, parts), boundary, most)).isEqualTo(parts);
      assertThat(read("\r\n" + form(boundary, parts), boundary, most)).isEqualTo(parts);
    }
  }

  @Test
  void randomContentsMadeOfPiecesOfTheBoundarySurvive() throws IOException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var content = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        content.append(List.of("\r", "\n", "-", "--", "b", "\r\n--", "bb").get(random.nextInt(7)));
      }
      var text = content.toString().replace("\r\n--bbb", "\r\n--bb");
      var parts = List.of(new Part("a", text), new Part("b", "x" + text));
      if (text.contains("\r\n--bbb")) {
        continue;
      }
      assertThat(read(form("bbb", parts), "bbb", 1 + random.nextInt(6)))
          .as("round %d of seed %d", round, seed)
          .isEqualTo(parts);
    }
  }

  @Test
  void everyTruncationIsSeen() {
    var whole = form("b", List.of(new Part("a", "content"), new Part("file", "x")));
    int end = whole.lastIndexOf("--") + 2;
    for (int length = 0; length < end; length++) {
      var cut = whole.substring(0, length);
      assertThatThrownBy(() -> read(cut, "b", 3))
          .as(cut)
          .isInstanceOfSatisfying(
              S3Exception.class,
              failed -> assertThat(failed.error()).isEqualTo(S3Error.MALFORMED_POST_REQUEST));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--b\r\n\r\nno name\r\n--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n"
            + "Content-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--b--",
        "--b\r\nno colon\r\n\r\nx\r\n--b--",
        "--b\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data;\r name=\"a\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"\u0000\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"\u00ff\"\r\n\r\nx\r\n--b--",
        "--bogus\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--",
        "--b junk\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--",
        "no boundary at all",
        ""
      })
  void whatIsNoFormIsMalformed(String body) {
    assertThatThrownBy(() -> read(body, "b", 4))
        .isInstanceOfSatisfying(
            S3Exception.class,
            failed -> assertThat(failed.error()).isEqualTo(S3Error.MALFORMED_POST_REQUEST));
  }

  @Test
  void headersAreBounded() {
    for (var body :
        List.of(
            "--b\r\nA: " + "x".repeat(5000) + "\r\n\r\n",
            "--b\r\n" + "A: x\r\n".repeat(20) + "\r\n",
            "--b" + " ".repeat(5000))) {
      assertThatThrownBy(() -> read(body, "b", 100)).isInstanceOf(S3Exception.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "multipart/form-data; boundary=abc|abc",
        "multipart/form-data;boundary=\"a b\"|a b",
        "Multipart/Form-Data; charset=utf-8; Boundary=----WebKitFormBoundaryX|----WebKitFormBoundaryX",
        "multipart/form-data; boundary='()+_,-./:=?|'()+_,-./:=?",
        "multipart/form-data|",
        "multipart/form-data; boundary=|",
        "multipart/form-data; boundary=\"a\tb\"|",
        "multipart/form-data; boundary=\"a \"|",
        "multipart/form-data; boundary=<>|",
        "multipart/mixed; boundary=abc|",
        "application/x-www-form-urlencoded|",
        "text/plain; boundary=abc|"
      })
  void theBoundaryComesFromTheContentType(String contentType, String boundary) {
    assertThat(MultipartReader.boundary(contentType).orElse(null)).isEqualTo(boundary);
    assertThat(MultipartReader.boundary("multipart/form-data; boundary=" + "a".repeat(71)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "form-data; name=\"file\"; filename=\"a.txt\"|a.txt",
        "form-data; name=file; filename=a.txt|a.txt",
        "form-data; filename=\"a;b=c.txt\"; name=\"file\"|a;b=c.txt",
        "form-data; name=\"x\"; filename=\"say %22hi%22.txt\"|say \"hi\".txt",
        "form-data; name=\"x\"; filename=\"say \\\"hi\\\".txt\"|say \"hi\".txt",
        "form-data; name=\"x\"; filename=\"C:\\dir\\a.txt\"|C:\\dir\\a.txt",
        "form-data; name=\"x\"; FileName = \"a.txt\"|a.txt",
        "form-data; name=\"filename=no\"|"
      })
  void fileNamesAreReadAsBrowsersWriteThem(String header, String fileName) {
    assertThat(MultipartReader.parameter(header, "filename").orElse(null)).isEqualTo(fileName);
  }
}
