/** In which slot a key's entry is. */
export interface KeyTable {
  /** The slot of a key, or 0 when there is none. */
  find(key: string): number;
  /** Notes the slot of a key that is not in it. */
  add(key: string, slot: number): void;
  /** Forgets a key that is in it with that slot. */
  delete(key: string, slot: number): void;
}
