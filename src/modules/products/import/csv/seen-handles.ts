const FREE = 0;

/**
 * Which handles a file has shown, and the line of each first row, in about 25 bytes a handle: an open-addressing
 * table of 64-bit hashes instead of the texts. Two handles share a hash about once in 37 million files of a million
 * products each; the later one would then be reported as not contiguous.
 */
export class SeenHandles {
  private size = 0;
  private keys = new Uint32Array(2 * 1024);
  private lines = new Uint32Array(1024);

  /** The line where the handle stood first, or undefined when it is new; then `line` is kept for it. */
  firstLine(handle: string, line: number): number | undefined {
    if (this.size * 2 >= this.lines.length) this.grow();
    const [high, low] = hash(handle);
    const slot = this.slotOf(high, low);
    const known = this.lines[slot] ?? FREE;
    if (known !== FREE) return known;
    this.put(slot, high, low, line);
    this.size += 1;
    return undefined;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.lines.length - 1;
    let slot = low & mask;
    while (this.lines[slot] !== FREE && !(this.keys[2 * slot] === high && this.keys[2 * slot + 1] === low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private put(slot: number, high: number, low: number, line: number): void {
    this.keys[2 * slot] = high;
    this.keys[2 * slot + 1] = low;
    this.lines[slot] = line;
  }

  private grow(): void {
    const { keys, lines } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.lines = new Uint32Array(lines.length * 2);
    lines.forEach((line, slot) => {
      if (line === FREE) return;
      const [high, low] = [keys[2 * slot] ?? 0, keys[2 * slot + 1] ?? 0];
      this.put(this.slotOf(high, low), high, low, line);
    });
  }
}

/** cyrb53's two mixing lanes (public domain), kept as 64 bits. */
function hash(text: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [b >>> 0, a >>> 0];
}
