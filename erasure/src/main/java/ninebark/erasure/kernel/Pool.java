package ninebark.erasure.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * A few workspaces that outlive the calls that use them. When all are lent, a new one is made, and
 * dropped when it comes back to a full pool, so a call never waits. Threads: any.
 */
final class Pool<T> {
  private final AtomicReferenceArray<T> slots;
  private final Supplier<T> maker;

  Pool(int slotCount, Supplier<T> maker) {
    this.slots = new AtomicReferenceArray<>(slotCount);
    this.maker = maker;
  }

  T take() {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.getPlain(i) != null) {
        T found = slots.getAndSet(i, null);
        if (found != null) {
          return found;
        }
      }
    }
    return maker.get();
  }

  void give(T workspace) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.getPlain(i) == null && slots.compareAndSet(i, null, workspace)) {
        return;
      }
    }
  }
}
