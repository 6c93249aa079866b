package ninebark.bench;

import ninebark.bench.ceiling.Ceilings;
import ninebark.bench.load.BenchS3;
import picocli.CommandLine.Command;

/** The load on an S3 endpoint, with this machine's ceilings beside it when they are asked for. */
@Command(name = "s3")
final class LoadCommand extends BenchS3 {
  LoadCommand() {
    super(Ceilings::brief);
  }
}
