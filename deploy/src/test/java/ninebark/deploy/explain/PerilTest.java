package ninebark.deploy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import ninebark.deploy.explain.Peril.Held;
import org.junit.jupiter.api.Test;

class PerilTest {
  @Test
  void two_shards_in_each_of_four_azs_are_lost_with_any_two_azs_when_two_may_go() {
    var peril = Peril.of(List.of(new Held(List.of("a", "a", "b", "b", "c", "c", "d", "d"), 2)));
    assertThat(peril.size()).isEqualTo(2);
    assertThat(peril.sets()).hasSize(6).contains(Set.of("a", "d"));
    assertThat(peril.complete()).isTrue();
  }

  @Test
  void the_weakest_stripe_decides() {
    var whole = new Held(List.of("a", "b", "c", "d"), 2);
    var hurt = new Held(List.of("a", "c", "d"), 0);
    assertThat(Peril.of(List.of(whole, hurt)).sets())
        .containsExactly(Set.of("a"), Set.of("c"), Set.of("d"));
    assertThat(Peril.of(List.of(whole, new Held(List.of("a"), -1))))
        .isEqualTo(new Peril(0, List.of(), true));
  }

  @Test
  void many_sets_are_cut_and_it_says_so() {
    var holders = IntStream.range(0, 20).mapToObj(i -> "disk-" + i).toList();
    var peril = Peril.of(List.of(new Held(holders, 2)));
    assertThat(peril.size()).isEqualTo(3);
    assertThat(peril.sets()).hasSize(20);
    assertThat(peril.complete()).isFalse();
  }

  @Test
  void it_is_what_trying_all_sets_finds() {
    long seed = Long.getLong("seed", 11);
    for (int round = 0; round < 300; round++) {
      var random = new Random(seed + round);
      var stripes =
          IntStream.range(0, 1 + random.nextInt(3))
              .mapToObj(
                  i ->
                      new Held(
                          IntStream.range(0, 4)
                              .mapToObj(shard -> String.valueOf((char) ('a' + random.nextInt(4))))
                              .toList(),
                          random.nextInt(4)))
              .toList();
      Set<Set<String>> fatal = new HashSet<>();
      for (int bits = 1; bits < 16; bits++) {
        Set<String> set = new HashSet<>();
        for (int i = 0; i < 4; i++) {
          if ((bits >> i & 1) != 0) {
            set.add(String.valueOf((char) ('a' + i)));
          }
        }
        if (stripes.stream()
            .anyMatch(
                one -> one.holders().stream().filter(set::contains).count() > one.spareCount())) {
          fatal.add(set);
        }
      }
      int least = fatal.stream().mapToInt(Set::size).min().orElseThrow();
      var peril = Peril.of(stripes);
      assertThat(peril.size()).as("seed %d", seed + round).isEqualTo(least);
      assertThat(peril.sets())
          .as("seed %d", seed + round)
          .containsExactlyInAnyOrderElementsOf(
              fatal.stream().filter(set -> set.size() == least).toList());
    }
  }
}
