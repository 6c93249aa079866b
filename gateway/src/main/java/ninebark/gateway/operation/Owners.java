package ninebark.gateway.operation;

import ninebark.gateway.access.Accounts;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.AccountId;

/** Owners in documents. */
final class Owners {
  private Owners() {}

  static void write(XmlWriter xml, String element, AccountId owner, Accounts accounts) {
    xml.open(element)
        .text("ID", owner.value())
        .text("DisplayName", accounts.displayName(owner))
        .close(element);
  }
}
