package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.required;

import java.util.Arrays;
import java.util.Optional;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlWriter;

/** Who owns what others write into a bucket, and so whether its ACLs count. */
public enum ObjectOwnership {
  /** The bucket's owner; there are no ACLs. What new buckets get. */
  BUCKET_OWNER_ENFORCED("BucketOwnerEnforced"),
  /** The bucket's owner, if the writer says {@code bucket-owner-full-control}. */
  BUCKET_OWNER_PREFERRED("BucketOwnerPreferred"),
  /** The writer. Also where a bucket has no such document. */
  OBJECT_WRITER("ObjectWriter");

  public static final DocumentKind<ObjectOwnership> KIND =
      DocumentKind.xml("ownershipControls", ObjectOwnership::parse);

  private static final String ROOT = "OwnershipControls";
  private static final XmlShape SHAPE =
      elements(
          required(
              "Rule",
              elements(
                  required(
                      "ObjectOwnership",
                      oneOf(
                          Arrays.stream(values())
                              .map(ObjectOwnership::label)
                              .toArray(String[]::new))))));

  private final String label;

  ObjectOwnership(String label) {
    this.label = label;
  }

  /** What S3 calls it. */
  public String label() {
    return label;
  }

  public static Optional<ObjectOwnership> labelled(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  static ObjectOwnership parse(XmlElement root) {
    SHAPE.check(root.expect(ROOT));
    return labelled(root.all("Rule").getFirst().required("ObjectOwnership")).orElseThrow();
  }

  public boolean allowsAcls() {
    return this != BUCKET_OWNER_ENFORCED;
  }

  public String text() {
    return XmlWriter.document(ROOT, 256)
        .open("Rule")
        .text("ObjectOwnership", label)
        .close("Rule")
        .close(ROOT)
        .string();
  }
}
