package ninebark.deploy.buckets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.Index;
import ninebark.metadata.Query;

/**
 * Lists the buckets of all accounts, for reports of the operator. Threads: safe.
 *
 * @param owners whose buckets there are
 */
public record AllBuckets(Index index, List<AccountId> owners) {
  private static final int PAGE = 1_000;

  public AllBuckets {
    owners = List.copyOf(owners);
  }

  public List<Bucket> list() throws IOException {
    List<Bucket> all = new ArrayList<>();
    for (var owner : owners) {
      var after = "";
      List<Bucket> page;
      do {
        page = index.ask(new Query.ListBuckets(owner, "", after, PAGE));
        all.addAll(page);
        after = page.isEmpty() ? after : page.getLast().name().value();
      } while (page.size() == PAGE);
    }
    return all;
  }
}
