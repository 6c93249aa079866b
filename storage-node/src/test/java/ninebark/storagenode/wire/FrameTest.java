package ninebark.storagenode.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Description;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.file.Medium;
import org.junit.jupiter.api.Test;

/** The frames of the wire: what is sent arrives, what is not whole is refused. */
class FrameTest {
  private static final DiskId DISK = new DiskId(new UUID(1, 2));
  private static final ShardKey KEY = new ShardKey(new GroupId(7), new StripeId(99, -5), 3);
  private static final ShardLabel LABEL =
      new ShardLabel(KEY, Scheme.rs(6, 2), 1000, 4, new Owner(5, "a/ключ", 6, 1L << 40));
  private static final ShardLabel DESCRIBED =
      new ShardLabel(
          KEY,
          Scheme.rs(6, 2),
          1000,
          4,
          new Owner(5, "a", 6, 0, Description.of(new byte[] {9, 8, (byte) 0xff})));
  private static final byte[] BODY = {1, 2, 3, 4};

  private static List<Message> messages() {
    var status = new DiskStatus(DiskState.FULL, 1, 2, 3, 4, 5, 6, 7);
    var place = new DiskPlace(DISK, "node-1", "rack-1", "az-1", 1 << 30);
    return List.of(
        new Message.Hello(new UUID(3, 4), "gateway-1"),
        new Message.Watch(),
        new Message.Append(DISK, LABEL),
        new Message.Read(DISK, KEY, 65_536, 4096),
        new Message.ReadLabel(DISK, KEY),
        new Message.Erase(DISK, List.of(KEY, KEY)),
        new Message.ListShards(DISK, Optional.empty(), 10),
        new Message.ListShards(DISK, Optional.of(KEY), 10),
        new Message.ListContainers(DISK),
        new Message.InspectContainer(DISK, 4),
        new Message.InspectIndex(DISK),
        new Message.Welcome(
            new UUID(3, 4), "node-1", List.of(new Message.Served(place, Medium.SPINNING))),
        new Message.Seen(List.of(new Message.Figures(DISK, status))),
        new Message.Done(),
        new Message.Bytes(),
        new Message.Label(LABEL),
        new Message.Shards(List.of(new StoredShard(KEY, 4096))),
        new Message.Containers(List.of(1, 2, 3)),
        new Message.Inspected(new DiskInspector.Inspection(9, 1, 1)),
        new Message.Failed(Message.Trouble.DAMAGED, "block 3"),
        new Message.Append(DISK, DESCRIBED),
        new Message.Label(DESCRIBED));
  }

  private static byte[] bodyOf(Message message) {
    return message instanceof Message.Append || message instanceof Message.Bytes
        ? BODY
        : new byte[0];
  }

  private static byte[] frame(Message message) {
    var body = bodyOf(message);
    int crc = WireFormat.crc(ByteBuffer.wrap(body));
    var head = WireFormat.encode(42, 10_000_000, message, body.length, crc);
    return ByteBuffer.allocate(head.remaining() + body.length).put(head).put(body).array();
  }

  /** Keeps what came. */
  private static final class Kept implements FrameReader.Receiver {
    final Map<Message, byte[]> whole = new LinkedHashMap<>();
    int abandoned;

    @Override
    public FrameReader.Body begin(WireFormat.Head head, Message message) {
      var bytes = new ByteArrayOutputStream();
      return new FrameReader.Body() {
        @Override
        public void put(ByteBuffer part) {
          var copy = new byte[part.remaining()];
          part.get(copy);
          bytes.writeBytes(copy);
        }

        @Override
        public void end() {
          whole.put(message, bytes.toByteArray());
        }

        @Override
        public void abandon() {
          abandoned++;
        }
      };
    }
  }

  @Test
  void every_kind_of_frame_is_as_it_was_when_the_format_was_fixed() throws Exception {
    String golden;
    try (var in = FrameTest.class.getResourceAsStream("/golden/frames-1.txt")) {
      golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
    var now = new StringBuilder();
    for (var message : messages()) {
      now.append(message.getClass().getSimpleName())
          .append(' ')
          .append(HexFormat.of().formatHex(frame(message)))
          .append('\n');
    }
    assertThat(now.toString()).isEqualTo(golden);
  }

  @Test
  void frames_arrive_however_the_network_cuts_them() throws Exception {
    var all = new ByteArrayOutputStream();
    messages().forEach(message -> all.writeBytes(frame(message)));
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      var kept = new Kept();
      var reader = new FrameReader(kept);
      var in = ByteBuffer.wrap(all.toByteArray());
      int most = 1 + random.nextInt(200);
      while (in.hasRemaining()) {
        int length = Math.min(in.remaining(), 1 + random.nextInt(most));
        reader.feed(in.slice(in.position(), length));
        in.position(in.position() + length);
      }
      assertThat(new ArrayList<>(kept.whole.keySet())).isEqualTo(messages());
      kept.whole.forEach((message, body) -> assertThat(body).isEqualTo(bodyOf(message)));
    }
  }

  @Test
  void a_frame_with_any_bit_flipped_never_arrives() {
    for (var message : messages()) {
      var frame = frame(message);
      for (int bit = 0; bit < frame.length * 8; bit++) {
        var damaged = frame.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        var kept = new Kept();
        var reader = new FrameReader(kept);
        try {
          reader.feed(ByteBuffer.wrap(damaged));
          reader.end();
        } catch (WireFormatException refused) {
          // Most are told at once; a longer length just waits for bytes that never come.
        }
        assertThat(kept.whole).describedAs("%s, bit %d", message, bit).isEmpty();
      }
    }
  }

  @Test
  void a_frame_cut_anywhere_never_arrives_and_its_body_is_given_up() throws Exception {
    var frame = frame(new Message.Append(DISK, LABEL));
    for (int length = 0; length < frame.length; length++) {
      var kept = new Kept();
      var reader = new FrameReader(kept);
      reader.feed(ByteBuffer.wrap(frame, 0, length));
      reader.end();
      assertThat(kept.whole).isEmpty();
      assertThat(kept.abandoned).isEqualTo(length >= frame.length - BODY.length ? 1 : 0);
    }
  }

  @Test
  void a_length_beyond_the_limit_is_refused_before_memory_is_taken_for_it() {
    var huge = WireFormat.encode(1, 1, new Message.Watch(), 0, 0);
    huge.putInt(24, Integer.MAX_VALUE);
    assertThatThrownBy(() -> new FrameReader(new Kept()).feed(huge))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("2147483647 bytes of fields");
  }

  @Test
  void fields_that_make_no_sense_are_refused_by_every_kind() {
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new SplittableRandom(seed);
    for (int kind = 0; kind < 256; kind++) {
      for (int round = 0; round < 100; round++) {
        var fields = new byte[random.nextInt(200)];
        random.nextBytes(fields);
        try {
          var message = MessageFormat.decode(kind, ByteBuffer.wrap(fields));
          assertThat(MessageFormat.encode(message)).isEqualTo(fields);
        } catch (WireFormatException refused) {
          assertThat(refused).hasMessageContaining("kind " + kind);
        }
      }
    }
  }

  @Test
  void a_frame_of_another_version_is_refused_with_both_versions() {
    var frame = frame(new Message.Watch());
    frame[4] = 2;
    assertThatThrownBy(() -> new FrameReader(new Kept()).feed(ByteBuffer.wrap(frame)))
        .isInstanceOf(WireFormatException.class)
        .hasMessage("a frame of version 2; this process speaks version 1");
  }
}
