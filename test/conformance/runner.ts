/** What the vectors of one file came to. */
export interface FileReport {
  readonly file: string;
  passed: number;
  failed: number;
  /** Vectors about modules that phlow does not have. */
  unknown: number;
  readonly failures: { readonly name: string; readonly reason: string }[];
  /** The same counts for each module, where the file is about several. */
  modules?: Record<string, { passed: number; failed: number }>;
}

/** Thrown by a check whose vector is about a module that phlow does not have. */
export class NoSuchModule extends Error {}

/** Runs one vector: resolves when it holds, rejects with the reason when it does not. */
export type VectorCheck = (vector: Record<string, unknown>) => Promise<void>;

/** Knows the vectors of one kind of file. */
export interface VectorRunner {
  /** True when the file's ints are to be read as bigints, so that 64 bits stay exact. */
  readonly intAsBigInt?: boolean;
  /** The name of a vector in reports. */
  nameOf(vector: Record<string, unknown>, index: number): string;
  check: VectorCheck;
  /** The module a vector is about, in files about several. */
  moduleOf?(vector: Record<string, unknown>): string;
  /** Ends what the runner started. */
  close?(): Promise<unknown>;
}
