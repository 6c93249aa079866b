package ninebark.storagenode.trust;

import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Whom a certificate speaks of: a node of one cluster, and what it may do there. It is written as
 * subject alternative names of the kind URI, one for each role: {@code
 * ninebark://CLUSTER/ROLE/NODE}.
 */
public record NodeName(UUID cluster, String node, Set<Role> roles) {
  private static final String SCHEME = "ninebark";
  private static final int URI_NAME = 6;
  private static final Pattern NODE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");

  public NodeName {
    if (!NODE.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "a node's name is up to 63 letters, digits, dots, dashes and underscores, found '"
              + node
              + "'");
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("a node has at least one role");
    }
    roles = Set.copyOf(roles);
  }

  /** One for each role. */
  List<String> uris() {
    return roles.stream()
        .sorted()
        .map(role -> SCHEME + "://" + cluster + "/" + role.label() + "/" + node)
        .toList();
  }

  /** Whom a certificate speaks of, whoever signed it. */
  static NodeName of(X509Certificate certificate) throws CertificateException {
    var found = new ArrayList<NodeName>();
    for (var uri : uris(certificate)) {
      parse(uri).ifPresent(found::add);
    }
    if (found.isEmpty()) {
      throw new CertificateException("the certificate names no node of a Ninebark cluster");
    }
    var first = found.getFirst();
    var roles = EnumSet.noneOf(Role.class);
    for (var name : found) {
      if (!name.cluster.equals(first.cluster) || !name.node.equals(first.node)) {
        throw new CertificateException("the certificate names more than one node");
      }
      roles.addAll(name.roles);
    }
    return new NodeName(first.cluster, first.node, roles);
  }

  static List<URI> uris(X509Certificate certificate) throws CertificateException {
    var names = certificate.getSubjectAlternativeNames();
    var uris = new ArrayList<URI>();
    if (names != null) {
      for (var name : names) {
        if (name.get(0).equals(URI_NAME)) {
          uris.add(URI.create((String) name.get(1)));
        }
      }
    }
    return uris;
  }

  private static Optional<NodeName> parse(URI uri) throws CertificateException {
    if (!SCHEME.equals(uri.getScheme()) || uri.getPath().isEmpty()) {
      return Optional.empty();
    }
    var parts = uri.getPath().split("/", -1);
    if (parts.length != 3) {
      throw new CertificateException("the certificate's name " + uri + " makes no sense");
    }
    var role = Role.parse(parts[1]);
    try {
      // A role of a later version gives nothing here, and takes nothing from the others.
      return role.map(
          known -> new NodeName(UUID.fromString(uri.getHost()), parts[2], Set.of(known)));
    } catch (IllegalArgumentException bad) {
      throw new CertificateException("the certificate's name " + uri + " makes no sense", bad);
    }
  }

  static String ofAuthority(UUID cluster) {
    return SCHEME + "://" + cluster;
  }

  /** Which cluster an authority is that of. */
  static UUID cluster(X509Certificate authority) throws CertificateException {
    for (var uri : uris(authority)) {
      if (SCHEME.equals(uri.getScheme()) && uri.getPath().isEmpty()) {
        return UUID.fromString(uri.getHost());
      }
    }
    throw new CertificateException("the certificate is not that of a Ninebark cluster's authority");
  }

  @Override
  public String toString() {
    return node + " (" + String.join(", ", roles.stream().sorted().map(Role::label).toList()) + ")";
  }
}
