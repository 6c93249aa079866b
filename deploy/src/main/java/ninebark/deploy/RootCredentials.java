package ninebark.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The root account's access key and secret: from the environment, else from the file made at the
 * first start.
 *
 * <p>The file has two lines, {@code access-key=...} and {@code secret-key=...}, and is readable by
 * its owner only; one that others can read is refused.
 *
 * @param fromEnvironment whether they came from the environment, so that the secret need not be
 *     shown
 */
record RootCredentials(String accessKey, String secretKey, boolean fromEnvironment) {
  static final String ACCESS_VARIABLE = "NINEBARK_ACCESS_KEY";
  static final String SECRET_VARIABLE = "NINEBARK_SECRET_KEY";

  private static final String ACCESS_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SECRET_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @Override
  public String toString() {
    return "RootCredentials[" + accessKey + ", secret not shown]";
  }

  static RootCredentials obtain(Map<String, String> environment, Path file) throws IOException {
    var access = value(environment, ACCESS_VARIABLE);
    var secret = value(environment, SECRET_VARIABLE);
    if (access.isPresent() != secret.isPresent()) {
      throw new IOException(
          "set both "
              + ACCESS_VARIABLE
              + " and "
              + SECRET_VARIABLE
              + " or neither; found only "
              + (access.isPresent() ? ACCESS_VARIABLE : SECRET_VARIABLE));
    }
    if (access.isPresent()) {
      check(access.get(), secret.orElseThrow(), "the environment");
      return new RootCredentials(access.get(), secret.orElseThrow(), true);
    }
    return Files.exists(file) ? read(file) : create(file);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }

  private static void check(String access, String secret, String source) throws IOException {
    if (!access.matches("[A-Za-z0-9._-]{3,128}")) {
      throw new IOException(
          "the access key from "
              + source
              + " needs 3 to 128 letters, digits, dots, dashes or underscores");
    }
    if (secret.length() < 8 || secret.length() > 256) {
      throw new IOException(
          "the secret key from " + source + " needs 8 to 256 characters, found " + secret.length());
    }
  }

  private static RootCredentials read(Path file) throws IOException {
    if (hasPosixPermissions(file)) {
      var others =
          EnumSet.complementOf(
              EnumSet.of(
                  PosixFilePermission.OWNER_READ,
                  PosixFilePermission.OWNER_WRITE,
                  PosixFilePermission.OWNER_EXECUTE));
      var permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      if (permissions.stream().anyMatch(others::contains)) {
        throw new IOException(
            file
                + " can be read by others ("
                + PosixFilePermissions.toString(permissions)
                + "); run: chmod 600 "
                + file);
      }
    }
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    var access = properties.getProperty("access-key");
    var secret = properties.getProperty("secret-key");
    if (access == null || secret == null) {
      throw new IOException(file + " needs the lines access-key=... and secret-key=...");
    }
    check(access, secret, file.toString());
    return new RootCredentials(access, secret, false);
  }

  private static RootCredentials create(Path file) throws IOException {
    var random = new SecureRandom();
    var made =
        new RootCredentials(
            "NB" + draw(random, ACCESS_ALPHABET, 18), draw(random, SECRET_ALPHABET, 40), false);
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    // The permissions are set as the file is made, so that there is no moment at which others can
    // read it.
    if (hasPosixPermissions(file.toAbsolutePath().getParent())) {
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(draft);
    }
    try (var channel = java.nio.channels.FileChannel.open(draft, StandardOpenOption.WRITE)) {
      var bytes =
          StandardCharsets.UTF_8.encode(
              "access-key=" + made.accessKey + "\nsecret-key=" + made.secretKey + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    DataFolder.Durably.move(draft, file);
    return made;
  }

  private static String draw(SecureRandom random, String alphabet, int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean hasPosixPermissions(Path path) {
    return Files.getFileAttributeView(path, java.nio.file.attribute.PosixFileAttributeView.class)
        != null;
  }
}
