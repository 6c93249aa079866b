package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.flag;
import static ninebark.gateway.xml.XmlShape.optional;

import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;
import ninebark.gateway.xml.XmlWriter;

/**
 * How far a bucket is kept from the public whatever its ACLs and policy say.
 *
 * @param blockPublicAcls refuses new ones
 * @param ignorePublicAcls those that are there have no effect
 * @param blockPublicPolicy refuses new ones
 * @param restrictPublicBuckets a public policy serves only the owner's account
 */
public record PublicAccessBlock(
    boolean blockPublicAcls,
    boolean ignorePublicAcls,
    boolean blockPublicPolicy,
    boolean restrictPublicBuckets) {
  /** Where a bucket has no such document. */
  public static final PublicAccessBlock NOTHING = new PublicAccessBlock(false, false, false, false);

  /** What new buckets get. */
  public static final PublicAccessBlock EVERYTHING = new PublicAccessBlock(true, true, true, true);

  public static final DocumentKind<PublicAccessBlock> KIND =
      DocumentKind.xml("publicAccessBlock", PublicAccessBlock::parse);

  private static final String ROOT = "PublicAccessBlockConfiguration";
  private static final XmlShape SHAPE =
      elements(
          optional("BlockPublicAcls", flag()),
          optional("IgnorePublicAcls", flag()),
          optional("BlockPublicPolicy", flag()),
          optional("RestrictPublicBuckets", flag()));

  static PublicAccessBlock parse(XmlElement root) {
    SHAPE.check(root.expect(ROOT));
    return new PublicAccessBlock(
        isOn(root, "BlockPublicAcls"),
        isOn(root, "IgnorePublicAcls"),
        isOn(root, "BlockPublicPolicy"),
        isOn(root, "RestrictPublicBuckets"));
  }

  private static boolean isOn(XmlElement root, String name) {
    return root.optional(name).flatMap(XmlValues::flag).orElse(false);
  }

  public String text() {
    return XmlWriter.document(ROOT, 512)
        .text("BlockPublicAcls", blockPublicAcls)
        .text("IgnorePublicAcls", ignorePublicAcls)
        .text("BlockPublicPolicy", blockPublicPolicy)
        .text("RestrictPublicBuckets", restrictPublicBuckets)
        .close(ROOT)
        .string();
  }
}
