const MAX_TAGS = 100_000;

/**
 * Knows, in this process, which tags were invalidated when. Time is a counter, so that two events have an order
 * however close they are.
 */
export class TagClock {
  private time = 0;
  private readonly moved = new Map<string, number>();
  /** Every tag counts as moved then: what fell out of the map. */
  private floor = 0;
  private readonly stamps = new WeakMap<object, number>();

  now(): number {
    return this.time;
  }

  move(tags: readonly string[]): void {
    this.time++;
    for (const tag of tags) {
      this.moved.delete(tag); // re-inserted at the end: the map is in order of time
      this.moved.set(tag, this.time);
    }
    while (this.moved.size > MAX_TAGS) {
      const [tag, time] = this.moved.entries().next().value as [string, number];
      this.moved.delete(tag);
      this.floor = time;
    }
  }

  /** Every tag may have moved. */
  moveAll(): void {
    this.floor = ++this.time;
  }

  movedAfter(tags: readonly string[], time: number): boolean {
    return this.floor > time || tags.some((tag) => (this.moved.get(tag) ?? 0) > time);
  }

  /** Notes that an object was valid at `time`. */
  stamp(object: object, time: number): void {
    this.stamps.set(object, time);
  }

  movedSince(tags: readonly string[], object: object): boolean {
    return this.movedAfter(tags, this.stamps.get(object) ?? -1);
  }
}
