package ninebark.deploy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import ninebark.deploy.config.ClusterConfig;
import ninebark.deploy.config.ConfigException;
import ninebark.storagenode.trust.Access;
import ninebark.storagenode.trust.Credentials;
import ninebark.storagenode.trust.Role;

/**
 * Which cluster a process is of, who it is there, and how it knows the others.
 *
 * @param node its name
 * @param roles what it does there
 */
record Membership(UUID cluster, String node, Set<Role> roles, Access access) {
  Membership {
    roles = Set.copyOf(roles);
  }

  /**
   * @throws ConfigException if the configuration leaves open who may speak, or its certificate is
   *     for something else
   */
  static Membership of(ClusterConfig config, Set<Role> roles) throws IOException, ConfigException {
    if (config.tls().isPresent()) {
      var files = config.tls().get();
      return of(
          config, roles, Credentials.open(files.authority(), files.certificate(), files.key()));
    }
    if (!config.plaintextOnLoopback()) {
      throw refused(
          "cluster.tls is missing: 'ninebark cert' makes certificates; to try without them on one"
              + " machine, set cluster.plaintext-on-loopback");
    }
    var id =
        config.id().orElseThrow(() -> refused("cluster.id: without certificates it is needed"));
    return new Membership(uuid(id), config.node(), roles, new Access.PlaintextOnLoopback());
  }

  private static Membership of(ClusterConfig config, Set<Role> roles, Credentials credentials)
      throws ConfigException {
    var name = credentials.name();
    if (config.id().isPresent() && !uuid(config.id().get()).equals(name.cluster())) {
      throw refused("cluster.id: the certificate is of cluster " + name.cluster());
    }
    if (!name.node().equals(config.node())) {
      throw refused("cluster.node: the certificate is that of " + name.node());
    }
    for (var role : roles) {
      if (!name.roles().contains(role)) {
        throw refused(
            "cluster.tls: the certificate of " + name + " lacks the role " + role.label());
      }
    }
    return new Membership(name.cluster(), name.node(), roles, new Access.MutualTls(credentials));
  }

  private static UUID uuid(String text) throws ConfigException {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException bad) {
      throw refused("cluster.id: expected a UUID, found '" + text + "'");
    }
  }

  private static ConfigException refused(String problem) {
    return new ConfigException("the configuration of the cluster", List.of(problem));
  }
}
