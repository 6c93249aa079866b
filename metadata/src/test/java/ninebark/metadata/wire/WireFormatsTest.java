package ninebark.metadata.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import ninebark.erasure.Scheme;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.AgedVersion.Standing;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionId;
import ninebark.metadata.rows.RepliesRow;
import ninebark.metadata.wire.AnswerFormat.Answer;
import ninebark.metadata.wire.OutcomeFormat.Told;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of another build of this version are read, and mean what they meant. */
class WireFormatsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/wire-1.txt");

  /** Values of types whose constructors do not take just anything. */
  private static final Map<Class<?>, Object> PARTICULAR =
      Map.of(
          BucketName.class,
          new BucketName("bucket"),
          UploadId.class,
          new UploadId("00112233445566778899aabbccddeeff"),
          PlacementGroup.class,
          new PlacementGroup(
              new GroupId(3),
              new Scheme(Scheme.Generator.CAUCHY, 1, 1),
              List.of(new DiskId(new UUID(1, 2)), new DiskId(new UUID(3, 4)))));

  /** Fields that came after the golden file: samples are as if nothing was told of them. */
  private static final Set<String> ADDED = Set.of("Stored.storageClass", "ObjectInfo.restore");

  static Stream<Query<?>> questions() {
    return Arrays.stream(Query.class.getPermittedSubclasses())
        .filter(Class::isRecord)
        .map(type -> (Query<?>) samples(type).getFirst());
  }

  /** For each case of each sealed interface one value; fields are the first of theirs. */
  private static List<Object> samples(Type type) {
    var raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (!(raw instanceof Class<?> found)) {
      throw new AssertionError("no class for " + type);
    }
    if (PARTICULAR.containsKey(found)) {
      return List.of(PARTICULAR.get(found));
    } else if (found == boolean.class) {
      return List.of(true);
    } else if (found == int.class) {
      return List.of(258);
    } else if (found == long.class || found == Long.class) {
      return List.of(4_295_098_371L);
    } else if (found == String.class) {
      return List.of("a\u00e9\ud83d\ude00");
    } else if (found == byte[].class) {
      return List.of(new byte[] {0, -1});
    } else if (found == Instant.class) {
      return List.of(Instant.ofEpochSecond(1_767_225_600, 5));
    } else if (found == UUID.class) {
      return List.of(new UUID(5, 6));
    } else if (found.isEnum()) {
      return List.of(found.getEnumConstants()[0]);
    } else if (found == Optional.class) {
      var values = new ArrayList<Object>();
      samples(argument(type)).forEach(value -> values.add(Optional.of(value)));
      values.add(Optional.empty());
      return values;
    } else if (found == List.class) {
      return List.of(samples(argument(type)));
    } else if (found == Set.class) {
      return List.of(Set.of(samples(argument(type)).getFirst()));
    } else if (found == ClusterMap.class) {
      var map = (ClusterMap) records(found, type).getFirst();
      var groups =
          map.groups().stream().map(group -> group.moved(0, new DiskId(new UUID(5, 7)))).toList();
      // The first as it was before anything could move.
      return List.of(
          new ClusterMap(map.cluster(), map.epoch(), map.disks(), map.groups()),
          new ClusterMap(map.cluster(), map.epoch(), map.disks(), groups, map.leaving(), true));
    } else if (found.isSealed()) {
      return Arrays.stream(found.getPermittedSubclasses())
          .flatMap(each -> records(each, type).stream())
          .toList();
    }
    return records(found, type);
  }

  private static Type argument(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  private static List<Object> records(Class<?> found, Type type) {
    var bindings = new HashMap<String, Type>();
    if (type instanceof ParameterizedType generic) {
      var arguments = generic.getActualTypeArguments();
      // Lookup and its cases name their one variable alike.
      for (int at = 0; at < found.getTypeParameters().length; at++) {
        bindings.put(found.getTypeParameters()[at].getName(), arguments[at]);
      }
    }
    var components = found.getRecordComponents();
    var values = new Object[components.length];
    for (int at = 0; at < values.length; at++) {
      var declared = components[at].getGenericType();
      values[at] =
          ADDED.contains(found.getSimpleName() + "." + components[at].getName())
              ? Optional.empty()
              : samples(
                      declared instanceof TypeVariable<?> v ? bindings.get(v.getName()) : declared)
                  .getFirst();
    }
    try {
      return List.of(
          found
              .getDeclaredConstructor(
                  Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
              .newInstance(values));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make a " + found, e);
    }
  }

  private static Type answerType(Query<?> query) {
    return argument(query.getClass().getGenericInterfaces()[0]);
  }

  private static byte[] bytes(Type type, Object value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    RecordCodec.write(new DataOutputStream(bytes), type, value);
    return bytes.toByteArray();
  }

  @SuppressWarnings("unchecked")
  private static <R> byte[] answered(Query<R> query, Object value) {
    return AnswerFormat.encode(query, new Answer.Answered<>((R) value));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void everyQuestionAndEveryKindOfItsAnswerComesOutAsItWentIn(Query<?> question) throws Exception {
    assertThat(QuestionFormat.decode(QuestionFormat.encode(question))).isEqualTo(question);
    for (var answer : samples(answerType(question))) {
      var back = AnswerFormat.decode(question, answered(question, answer));
      assertThat(back).isInstanceOf(Answer.Answered.class);
      var value = ((Answer.Answered<?>) back).value();
      assertThat(bytes(answerType(question), value)).isEqualTo(bytes(answerType(question), answer));
    }
    var failed = new Answer.Failed<Object>("why \u00e9");
    assertThat(decodedRefusal(question, failed)).isEqualTo(failed);
    var notNow = new Answer.NotNow<Object>("soon");
    assertThat(decodedRefusal(question, notNow)).isEqualTo(notNow);
  }

  @SuppressWarnings("unchecked")
  private static <R> Answer<R> decodedRefusal(Query<R> query, Answer<?> refusal)
      throws IOException {
    return AnswerFormat.decode(query, AnswerFormat.encode(query, (Answer<R>) refusal));
  }

  @Test
  void theBytesAreThoseOfTheGoldenFile() throws Exception {
    var lines = new ArrayList<String>();
    var hex = HexFormat.of();
    questions()
        .forEach(
            question -> {
              var name = question.getClass().getSimpleName();
              lines.add(name + " " + hex.formatHex(QuestionFormat.encode(question)));
              for (var answer : samples(answerType(question))) {
                lines.add(name + "= " + hex.formatHex(answered(question, answer)));
              }
            });
    lines.add("Replies " + hex.formatHex(OutcomeFormat.encode(replies())));
    lines.add("Forgotten " + hex.formatHex(OutcomeFormat.encode(new Told.Forgotten())));
    Files.writeString(Path.of("target/wire-1.txt"), String.join("\n", lines) + "\n");
    assertThat(lines)
        .as("a build of another day says these; target/wire-1.txt has what is now, to add new ones")
        .containsAll(Files.readAllLines(GOLDEN));
  }

  @Test
  void whatWasAddedIsToldWhereThereIsSomethingToTell() throws Exception {
    var told =
        new AgedVersion(
            new ObjectKey("k"),
            VersionId.NULL,
            Instant.ofEpochSecond(1),
            new Standing.Current(true),
            new Kind.Stored(
                new ETag("e"), 5, List.of(), ObjectLock.NONE, Optional.of("GLACIER_IR")));
    var page = new AgePage(List.of(told), Optional.empty());
    var question = new Query.ListAges(new BucketId(1), "", Optional.empty(), 1);
    assertThat(AnswerFormat.decode(question, answered(question, page)))
        .isEqualTo(new Answer.Answered<>(page));
  }

  private static Told.Replies replies() {
    return new Told.Replies(List.of(new Reply.Done(), new Reply.DeleteBucket.NotEmpty()));
  }

  @Test
  void outcomesComeOutAsTheyWentIn() throws Exception {
    assertThat(OutcomeFormat.decode(OutcomeFormat.encode(replies()))).isEqualTo(replies());
    var forgotten = new Told.Forgotten();
    assertThat(OutcomeFormat.decode(OutcomeFormat.encode(forgotten))).isEqualTo(forgotten);
    assertThat(RepliesRow.encode(new byte[0], List.of())).isNotEmpty();
  }

  @Test
  void whatIsDamagedForeignOrNewerIsRefused() {
    var good = QuestionFormat.encode(new Query.CurrentFence());
    for (int at = 0; at < good.length; at++) {
      var bad = good.clone();
      bad[at] ^= 4;
      assertThatThrownBy(() -> QuestionFormat.decode(bad)).isInstanceOf(IOException.class);
      var cut = Arrays.copyOf(good, at);
      assertThatThrownBy(() -> QuestionFormat.decode(cut)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> AnswerFormat.decode(new Query.CurrentFence(), good))
        .hasMessageContaining("is not an answer");
    var newer = Sealed.seal(0x4e424951, 2, to -> to.writeByte(1));
    assertThatThrownBy(() -> QuestionFormat.decode(newer))
        .hasMessageContaining("it comes from a newer Ninebark");
    var unknown = Sealed.seal(0x4e424951, 1, to -> to.write(new byte[] {0, 0, 0, 1, 'X'}));
    assertThatThrownBy(() -> QuestionFormat.decode(unknown))
        .hasMessageContaining("'X' is no Query known here");
    var endless = Sealed.seal(0x4e424951, 1, to -> to.writeInt(Integer.MAX_VALUE));
    assertThatThrownBy(() -> QuestionFormat.decode(endless)).isInstanceOf(IOException.class);
  }
}
