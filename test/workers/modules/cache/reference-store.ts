/** Most expired entries that one insertion into a full store drops. */
const DROPPED_PER_SET = 128;

interface Entry {
  value: unknown;
  weight: number;
  deadline: number;
}

/** What the store promises, written for clarity alone: the order of the map is the order of use, and everything is searched. */
export class ReferenceStore {
  readonly entries = new Map<string, Entry>();
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #now: () => number;

  constructor(capacity: number, maxBytes: number, now: () => number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  get bytes(): number {
    return [...this.entries.values()].reduce((sum, { weight }) => sum + weight, 0);
  }

  get(key: string): unknown {
    const entry = this.#live(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  has(key: string): boolean {
    return this.#live(key) !== undefined;
  }

  set(key: string, value: unknown, weight: number, ttlMs: number): boolean {
    if (weight > this.#maxBytes) return false;
    if (!this.entries.has(key) && this.entries.size >= this.#capacity) this.#makeRoom();
    this.entries.delete(key);
    this.entries.set(key, { value, weight, deadline: this.#now() + ttlMs });
    while (this.#maxBytes !== Infinity && this.bytes > this.#maxBytes) this.#makeRoom();
    return true;
  }

  delete(key: string): boolean {
    return this.#live(key) !== undefined && this.entries.delete(key);
  }

  clear(): number {
    const { size } = this.entries;
    this.entries.clear();
    return size;
  }

  expire(): number {
    const expired = this.#expired();
    for (const key of expired) this.entries.delete(key);
    return expired.length;
  }

  #live(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || this.#now() <= entry.deadline) return entry;
    this.entries.delete(key);
    return undefined;
  }

  /** The keys of expired entries, earliest deadline first. */
  #expired(): string[] {
    return [...this.entries]
      .filter(([, { deadline }]) => this.#now() > deadline)
      .sort(([, a], [, b]) => a.deadline - b.deadline)
      .map(([key]) => key);
  }

  #makeRoom(): void {
    const expired = this.#expired().slice(0, DROPPED_PER_SET);
    const oldest = [...this.entries.keys()].slice(0, 1);
    for (const key of expired.length > 0 ? expired : oldest) this.entries.delete(key);
  }
}
