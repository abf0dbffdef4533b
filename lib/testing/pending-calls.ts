/** A call that waits for its moment. */
export interface PendingCall {
  readonly dueAtMs: number;
  readonly call: () => void;
  isRef: boolean;
}

interface Place {
  readonly pending: PendingCall;
  /** Of calls that are due at the same moment, the one that was scheduled first comes first. */
  readonly order: number;
}

/** Calls in the order of their moments: a binary heap, in which cancelled calls stay until they come up or are too many. */
export class PendingCalls {
  readonly #pending = new Set<PendingCall>();
  #heap: Place[] = [];
  #added = 0;

  /** All that wait, in no order. */
  get all(): ReadonlySet<PendingCall> {
    return this.#pending;
  }

  add(pending: PendingCall): void {
    this.#pending.add(pending);
    this.#heap.push({ pending, order: (this.#added += 1) });
    this.#rise(this.#heap.length - 1);
  }

  delete(pending: PendingCall): void {
    this.#pending.delete(pending);
    if (this.#heap.length > 2 * this.#pending.size + 64) this.#sweep();
  }

  /** Takes out the call that is due first, if it is due by then. */
  takeDueBy(ms: number): PendingCall | undefined {
    for (let first = this.#heap[0]; first; first = this.#heap[0]) {
      const { pending } = first;
      const isWaiting = this.#pending.has(pending);
      if (isWaiting && pending.dueAtMs > ms) return undefined;
      this.#removeFirst();
      this.#pending.delete(pending);
      if (isWaiting) return pending;
    }
    return undefined;
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  /** What is in order is a heap. */
  #sweep(): void {
    this.#heap = this.#heap
      .filter(({ pending }) => this.#pending.has(pending))
      .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[above]!)) return;
      [heap[at], heap[above]] = [heap[above]!, heap[at]!];
      at = above;
    }
  }

  #sink(from: number): void {
    const heap = this.#heap;
    for (let at = from; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = at;
      for (const below of [left, right])
        if (below < heap.length && isBefore(heap[below]!, heap[first]!))
          first = below;
      if (first === at) return;
      [heap[at], heap[first]] = [heap[first]!, heap[at]!];
      at = first;
    }
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.pending.dueAtMs === b.pending.dueAtMs
    ? a.order < b.order
    : a.pending.dueAtMs < b.pending.dueAtMs;
}
