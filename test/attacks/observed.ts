/** What the host process under attack has seen of itself; plain data for the judge. */
export interface Observed {
  /** Everything that came back from the attack: reply or error, and log lines. */
  readonly reply: string;
  readonly error: string;
  readonly logs: string;
  /** Log lines as the host would write them, for a terminal and as JSON. */
  readonly rendered: readonly string[];
  readonly wasKilled: boolean;
  readonly linesAfterStop: number;
  readonly victim: 'answers' | 'wrong' | 'silent';
  readonly changed: readonly string[];
  readonly longestStallMs: number;
  readonly longestFileReadMs: number;
  readonly grownBytes: number;
  readonly closeMs: number;
  /** Random texts that the host itself has made: tokens. */
  readonly tokens: readonly string[];
}
