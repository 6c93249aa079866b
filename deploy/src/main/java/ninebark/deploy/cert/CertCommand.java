package ninebark.deploy.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ninebark.storagenode.trust.ClusterAuthority;
import ninebark.storagenode.trust.Credentials;
import ninebark.storagenode.trust.Role;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a cluster's authority and the certificates of its nodes, and shows them. */
@Command(
    name = "cert",
    description = {
      "Make and show the certificates by which the processes of a cluster know each other.",
      "",
      "'init' once, 'issue' for each process; give each process ca.pem and its own two files, and",
      "keep ca.key away from all of them. Issue anew before a certificate ends and put the files in",
      "place: they are read again without a restart."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
public final class CertCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name one of init, issue, show");
  }

  private void print(String text) {
    var out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  @Command(
      name = "init",
      description = "Make the authority of a new cluster.",
      mixinStandardHelpOptions = true)
  void init(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              required = true,
              description = "A folder for ca.pem and ca.key.")
          Path folder)
      throws IOException {
    var authority = ClusterAuthority.init(folder, UUID.randomUUID(), Instant.now());
    print(
        "cluster   %s%nauthority %s, good for %d days%n"
            .formatted(
                authority.cluster(),
                authority.certificateFile(),
                ClusterAuthority.VALIDITY.toDays()));
  }

  @Command(
      name = "issue",
      description = "Make, or renew, the key and certificate of one process.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  void issue(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              required = true,
              description = "The folder of the authority.")
          Path folder,
      @Option(
              names = "--node",
              paramLabel = "NAME",
              required = true,
              description = "The process' name in the cluster.")
          String node,
      @Option(
              names = "--roles",
              paramLabel = "ROLE[,ROLE...]",
              split = ",",
              required = true,
              description = "What it may do: storage, gateway, index.")
          List<String> roles,
      @Option(
              names = "--host",
              paramLabel = "HOST[,HOST...]",
              description = "Names and addresses of it.")
          Optional<String> hosts,
      @Option(
              names = "--days",
              paramLabel = "N",
              defaultValue = "365",
              description = "How long it is good (default: ${DEFAULT-VALUE}).")
          int days,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "Where NAME.pem and NAME.key go (default: the authority's folder).")
          Optional<Path> out)
      throws IOException {
    if (days < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "a certificate is good for at least a day");
    }
    try {
      var issued =
          ClusterAuthority.open(folder)
              .issue(
                  out.orElse(folder),
                  node,
                  parse(roles),
                  hosts.map(all -> List.of(all.split(","))).orElse(List.of()),
                  Duration.ofDays(days),
                  Instant.now());
      print(
          "certificate %s, good until %s%nkey         %s%n"
              .formatted(issued.certificate(), issued.notAfter(), issued.key()));
    } catch (IllegalArgumentException bad) {
      throw new CommandLine.ParameterException(spec.commandLine(), bad.getMessage(), bad);
    }
  }

  private static Set<Role> parse(List<String> labels) {
    var roles = EnumSet.noneOf(Role.class);
    for (var label : labels) {
      roles.add(
          Role.parse(label)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'" + label + "' is none of storage, gateway, index")));
    }
    return roles;
  }

  @Command(
      name = "show",
      description = "Check that a process' files fit together, and tell what they say.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  void show(
      @Option(names = "--authority", paramLabel = "FILE", required = true, description = "ca.pem.")
          Path authority,
      @Option(
              names = "--certificate",
              paramLabel = "FILE",
              required = true,
              description = "NAME.pem.")
          Path certificate,
      @Option(names = "--key", paramLabel = "FILE", required = true, description = "NAME.key.")
          Path key)
      throws IOException {
    var read = Credentials.open(authority, certificate, key);
    print(
        "cluster    %s%nnode       %s%nroles      %s%ngood from  %s%ngood until %s%n"
            .formatted(
                read.name().cluster(),
                read.name().node(),
                String.join(", ", read.name().roles().stream().sorted().map(Role::label).toList()),
                read.certificate().getNotBefore().toInstant(),
                read.certificate().getNotAfter().toInstant()));
  }
}
