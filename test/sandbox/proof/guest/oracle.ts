/** What only code around a guest can know; the proof hands it to its module as a global. */
export interface Oracle {
  /** Whether an object belongs to the realm that Node lives in. */
  isOuter(value: object): boolean;
  /** Whether a text stands in the guest's own script, or in that of the module. */
  isOurText(text: string): boolean;
  /** What crossed between the realms that is neither a primitive nor made by our own code, one a line. */
  crossings(): string;
}

declare const proofOracle: Oracle;

export const oracle: Oracle = proofOracle;
