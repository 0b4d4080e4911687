import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** One way in which a guarded module might reach what it was not granted. */
export interface Way {
  readonly way: string;
  readonly code: string;
  /** What lies in the module's folder, or in one that it was granted, before it is started; the way then has a module of its own. */
  readonly plant?: {
    readonly folders?: readonly string[];
    /** Symbolic links, each with what it says. */
    readonly links?: Readonly<Record<string, string>>;
    /** Hard links, each with the file that it is another name of. */
    readonly hard?: Readonly<Record<string, string>>;
  };
  /** Majors of Node on which it is not refused, as docs/security.md tells. */
  readonly open?: readonly number[];
}

const FILE = fileURLToPath(new URL('../../../../test/fixtures/guarded-ways.yaml', import.meta.url));

export const WAYS = parse(readFileSync(FILE, 'utf8')) as readonly Way[];

/** What became of a way: an error's code or message, or what the module got. */
export interface Outcome {
  readonly way: string;
  readonly isRefused: boolean;
  readonly said: string;
}

/** What the table says of it. A way that is open and not documented is what must not be. */
export function verdict({ open = [] }: Way, { isRefused, said }: Outcome, major: number): string {
  if (isRefused) return said.startsWith('PHLOW_LEVEL_UNAVAILABLE') ? 'not started' : 'refused';
  return open.includes(major) ? 'documented' : 'SILENT';
}
