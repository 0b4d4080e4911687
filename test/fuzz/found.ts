/** How much is to be tried, and from which seed. */
export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
}

/** What a run of one scope has found. */
export interface Found {
  /** Figures for programs. */
  readonly totals: object;
  /** The same for people, where there is more than a few figures. */
  readonly table?: string;
  /** What may not be: must be empty. */
  readonly wrong: readonly string[];
}
