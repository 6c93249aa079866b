package ninebark.erasure.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NativeKernelTest {
  @Test
  void aLibraryOlderThanTwoThirtyOneIsRefused() {
    assertThat(NativeKernel.search(libraryWith("ec_init_tables", "ec_encode_data")))
        .isInstanceOfSatisfying(
            NativeKernel.Search.Refused.class,
            refused -> assertThat(refused.reason()).contains("older than 2.31"));
  }

  @Test
  void aLibraryWithTheNewFunctionIsTaken() {
    assertThat(
            NativeKernel.search(
                libraryWith("ec_init_tables", "ec_encode_data", "crc64_rocksoft_refl")))
        .isInstanceOf(NativeKernel.Search.Found.class);
  }

  @Test
  void anotherLibraryOrNoneIsRefused() {
    assertThat(NativeKernel.search(libraryWith("main")))
        .isInstanceOf(NativeKernel.Search.Refused.class);
    assertThat(NativeKernel.search("libnobody-has-this.so"))
        .isInstanceOf(NativeKernel.Search.Refused.class);
  }

  /** Symbols with an address that is never called. */
  private static SymbolLookup libraryWith(String... names) {
    var known = Set.of(names);
    return name ->
        known.contains(name) ? Optional.of(MemorySegment.ofAddress(4096)) : Optional.empty();
  }
}
