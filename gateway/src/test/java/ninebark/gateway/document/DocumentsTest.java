package ninebark.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final List<DocumentKind<?>> KINDS =
      List.of(
          PublicAccessBlock.KIND,
          ObjectOwnership.KIND,
          EncryptionDocument.KIND,
          TagSet.KIND,
          NotificationDocument.KIND,
          ReplicationDocument.KIND,
          LoggingDocument.KIND);

  private static Object parse(String kind, String text) {
    return KINDS.stream()
        .filter(each -> each.name().kind().equals(kind))
        .findFirst()
        .orElseThrow()
        .parser()
        .apply(text);
  }

  private static String refusal(Runnable parsing) {
    try {
      parsing.run();
      return "taken";
    } catch (S3Exception refused) {
      return refused.error().code();
    }
  }

  private static final String RULE_HEAD =
      "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status>";
  private static final String RULE_TAIL = "</Rule></ReplicationConfiguration>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publicAccessBlock|<PublicAccessBlockConfiguration/>",
        "publicAccessBlock|<PublicAccessBlockConfiguration><BlockPublicAcls>TRUE</BlockPublicAcls></PublicAccessBlockConfiguration>",
        "ownershipControls|<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>",
        "encryption|<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>",
        "encryption|<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
        "tagging|<Tagging><TagSet/></Tagging>",
        "tagging|<Tagging><TagSet><Tag><Key>größe _.:/=+-@</Key><Value/></Tag></TagSet></Tagging>",
        "notification|<NotificationConfiguration/>",
        "notification|<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>",
        "notification|<NotificationConfiguration><QueueConfiguration><Id>a</Id><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration><TopicConfiguration><Topic>arn:aws:sns:us-east-1:1:t</Topic><Event>s3:ObjectRemoved:Delete</Event></TopicConfiguration></NotificationConfiguration>",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>a/</Value></FilterRule></S3Key></Filter></QueueConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:Put</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>b/</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>",
        "replication|"
            + RULE_HEAD
            + "<Prefix/><Destination><Bucket>arn:aws:s3:::there</Bucket></Destination>"
            + RULE_TAIL,
        "replication|"
            + RULE_HEAD
            + "<Priority>1</Priority><Filter/><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::there</Bucket><ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime></Destination>"
            + RULE_TAIL,
        "logging|<BucketLoggingStatus/>",
        "logging|<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix/><TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>"
      })
  void whatS3TakesIsTakenWithAndWithoutTheNamespace(String kind, String text) {
    var _ = parse(kind, text);
    int end = text.indexOf(text.indexOf('>') == text.indexOf("/>") + 1 ? "/>" : ">");
    var _ =
        parse(
            kind,
            "<?xml version=\"1.0\"?>\n"
                + text.substring(0, end)
                + " xmlns=\""
                + XmlWriter.NAMESPACE
                + "\""
                + text.substring(end));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publicAccessBlock|<PublicAccessBlock/>|MalformedXML",
        "publicAccessBlock|<PublicAccessBlockConfiguration><Block>true</Block></PublicAccessBlockConfiguration>|MalformedXML",
        "publicAccessBlock|<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>|MalformedXML",
        "publicAccessBlock|<PublicAccessBlockConfiguration><BlockPublicAcls/></PublicAccessBlockConfiguration>|MalformedXML",
        "publicAccessBlock|<PublicAccessBlockConfiguration>true</PublicAccessBlockConfiguration>|MalformedXML",
        "publicAccessBlock|<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>|MalformedXML",
        "ownershipControls|<OwnershipControls/>|MalformedXML",
        "ownershipControls|<OwnershipControls><Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule></OwnershipControls>|MalformedXML",
        "ownershipControls|<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>|MalformedXML",
        "encryption|<ServerSideEncryptionConfiguration/>|MalformedXML",
        "encryption|<ServerSideEncryptionConfiguration><Rule/><Rule/></ServerSideEncryptionConfiguration>|MalformedXML",
        "encryption|<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>rot13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>|MalformedXML",
        "encryption|<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>|NotImplemented",
        "encryption|<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>|InvalidArgument",
        "tagging|<Tagging/>|MalformedXML",
        "tagging|<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>|MalformedXML",
        "tagging|<Tagging><TagSet><Tag><Key/><Value/></Tag></TagSet></Tagging>|InvalidTag",
        "tagging|<Tagging><TagSet><Tag><Key>a,b</Key><Value/></Tag></TagSet></Tagging>|InvalidTag",
        "tagging|<Tagging><TagSet><Tag><Key>aws:a</Key><Value/></Tag></TagSet></Tagging>|InvalidTag",
        "tagging|<Tagging><TagSet><Tag><Key>a</Key><Value>{</Value></Tag></TagSet></Tagging>|InvalidTag",
        "tagging|<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>|InvalidTag",
        "notification|<NotificationConfiguration><QueueConfiguration/></NotificationConfiguration>|MalformedXML",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:Everything</Event></QueueConfiguration></NotificationConfiguration>|MalformedXML",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sns:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>|InvalidArgument",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:Put</Event></QueueConfiguration></NotificationConfiguration>|InvalidArgument",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>middle</Name><Value>a</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>|InvalidArgument",
        "notification|<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>a</Value></FilterRule><FilterRule><Name>prefix</Name><Value>b</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>|InvalidArgument",
        "replication|<ReplicationConfiguration><Role>r</Role></ReplicationConfiguration>|MalformedXML",
        "replication|"
            + RULE_HEAD
            + "<Prefix/><Destination><Bucket>there</Bucket></Destination>"
            + RULE_TAIL
            + "|InvalidArgument",
        "replication|"
            + RULE_HEAD
            + "<Filter/><Destination><Bucket>arn:aws:s3:::there</Bucket></Destination>"
            + RULE_TAIL
            + "|InvalidRequest",
        "replication|"
            + RULE_HEAD
            + "<Priority>1</Priority><Filter/><Destination><Bucket>arn:aws:s3:::there</Bucket></Destination>"
            + RULE_TAIL
            + "|InvalidRequest",
        "replication|"
            + RULE_HEAD
            + "<Filter/><Prefix/><Destination><Bucket>arn:aws:s3:::there</Bucket></Destination>"
            + RULE_TAIL
            + "|MalformedXML",
        "logging|<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled></BucketLoggingStatus>|MalformedXML",
        "logging|<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix/><TargetObjectKeyFormat/></LoggingEnabled></BucketLoggingStatus>|MalformedXML"
      })
  void whatS3RefusesIsRefusedWithItsCode(String kind, String text, String code) {
    assertThat(refusal(() -> parse(kind, text))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"50,taken", "51,BadRequest"})
  void aBucketHasUpTo50Tags(int count, String expected) {
    var tags =
        IntStream.range(0, count)
            .mapToObj(each -> "<Tag><Key>k" + each + "</Key><Value>v</Value></Tag>")
            .collect(Collectors.joining());
    assertThat(refusal(() -> parse("tagging", "<Tagging><TagSet>" + tags + "</TagSet></Tagging>")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"128,256,taken", "129,1,InvalidTag", "1,257,InvalidTag"})
  void keysAndValuesOfTagsAreBounded(int key, int value, String expected) {
    assertThat(
            refusal(
                () -> {
                  var _ = TagSet.checked("k".repeat(key), "v".repeat(value));
                }))
        .isEqualTo(expected);
  }

  @Test
  void aTagSetIsWrittenAsItIsRead() {
    var tags = new TagSet(List.of(new Tag("a", "1"), new Tag("b", "")));
    assertThat(TagSet.KIND.parser().apply(tags.text())).isEqualTo(tags);
  }

  @ParameterizedTest
  @EnumSource
  void ownershipIsWrittenAsItIsRead(ObjectOwnership ownership) {
    assertThat(ObjectOwnership.KIND.parser().apply(ownership.text())).isEqualTo(ownership);
  }

  @Test
  void aPublicAccessBlockIsWrittenAsItIsRead() {
    for (int bits = 0; bits < 16; bits++) {
      var block =
          new PublicAccessBlock((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0);
      assertThat(PublicAccessBlock.KIND.parser().apply(block.text())).isEqualTo(block);
    }
  }

  @Test
  void theDefaultEncryptionIsOneThatIsTaken() {
    assertThat(refusal(() -> parse("encryption", EncryptionDocument.DEFAULT))).isEqualTo("taken");
  }

  // --- kinds of which there are several ---------------------------------------------------------

  private static final String INVENTORY =
      "<InventoryConfiguration><Id>i</Id><IsEnabled>true</IsEnabled>"
          + "<IncludedObjectVersions>All</IncludedObjectVersions>"
          + "<Schedule><Frequency>Daily</Frequency></Schedule><Destination><S3BucketDestination>"
          + "<Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format>"
          + "</S3BucketDestination></Destination></InventoryConfiguration>";
  private static final String TIERING =
      "<IntelligentTieringConfiguration><Id>i</Id><Status>Enabled</Status>"
          + "<Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering>"
          + "</IntelligentTieringConfiguration>";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<MetricsConfiguration><Id>i</Id></MetricsConfiguration>",
        "<MetricsConfiguration><Id>i</Id><Filter><Prefix>a</Prefix></Filter></MetricsConfiguration>",
        "<MetricsConfiguration><Id>i</Id><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter></MetricsConfiguration>",
        INVENTORY,
        TIERING
      })
  void documentsWithIdsAreTaken(String text) {
    var kind =
        switch (text.charAt(1)) {
          case 'M' -> ListedKind.METRICS;
          case 'T' -> ListedKind.INTELLIGENT_TIERING;
          default ->
              text.startsWith("<Inv") ? ListedKind.INVENTORY : ListedKind.INTELLIGENT_TIERING;
        };
    kind.check(text, "i");
    assertThat(refusal(() -> kind.check(text, "other"))).isEqualTo("InvalidArgument");
    assertThat(refusal(() -> kind.check(text.replace("</Id>", "</Id><More/>"), "i")))
        .isEqualTo("MalformedXML");
    assertThat(refusal(() -> kind.check(text.replace("<Id>i</Id>", ""), "i")))
        .isEqualTo("MalformedXML");
    assertThat(refusal(() -> kind.check(text.replace("<Id>i<", "<Id>a b<"), "a b")))
        .isEqualTo("InvalidArgument");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVENTORY|All|Some|MalformedXML",
        "INVENTORY|Daily|Hourly|MalformedXML",
        "INVENTORY|CSV|PDF|MalformedXML",
        "INVENTORY|arn:aws:s3:::reports|reports|InvalidArgument",
        "INTELLIGENT_TIERING|<Days>90</Days>|<Days>89</Days>|InvalidArgument",
        "INTELLIGENT_TIERING|<Days>90</Days>|<Days>731</Days>|InvalidArgument",
        "INTELLIGENT_TIERING|ARCHIVE_ACCESS|DEEP_ARCHIVE_ACCESS|InvalidArgument",
        "INTELLIGENT_TIERING|ARCHIVE_ACCESS|FREEZER|MalformedXML"
      })
  void theirValuesAreJudged(ListedKind kind, String from, String to, String code) {
    var text = kind == ListedKind.INVENTORY ? INVENTORY : TIERING;
    assertThat(refusal(() -> kind.check(text.replace(from, to), "i"))).isEqualTo(code);
  }

  @Test
  void aDocumentThatIsNotXmlIsMalformed() {
    for (var kind : KINDS) {
      assertThatThrownBy(() -> kind.parser().apply("{}"))
          .isInstanceOfSatisfying(
              S3Exception.class,
              refused -> assertThat(refused.error().code()).isEqualTo("MalformedXML"));
    }
  }
}
