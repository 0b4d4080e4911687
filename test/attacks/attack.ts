import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One hostile module: its file's header says what it is after; what it claims to have reached is never believed. */
export interface Attack {
  readonly name: string;
  readonly path: string;
  readonly goal: string;
  readonly options: AttackOptions;
}

/** What an attack needs of its host, from the `// options:` line of its file. */
export interface AttackOptions {
  /** Text that stands in the reply when it has got what it was after, where no planted evidence can tell. */
  readonly success?: string;
  /** Milliseconds that its package may take. */
  readonly deadline?: number;
  /** Milliseconds to go on watching after the reply. */
  readonly wait?: number;
  /** Whether the module is stopped before the waiting. */
  readonly stop?: boolean;
  /** Milliseconds that its container may take to end. */
  readonly settle?: number;
  /** Its package comes with a stream of so many items. */
  readonly items?: number;
  /** So many items of its reply are read as a stream; then the reader wants no more. */
  readonly stream?: number;
  /** More files of the module, by their names; they may take the place of those that every attack gets. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * What else stands around it, by its path below the arena's folder: `pipe`, `link TARGET`, `sparse BYTES` for a file without content,
   * `crowd N` for a folder of so many empty files.
   */
  readonly plants?: Readonly<Record<string, string>>;
  /** What it is granted besides, in the shape of a grant. */
  readonly grant?: Readonly<Record<string, unknown>>;
  /** Whether it tells how finely it can measure time. */
  readonly timer?: boolean;
}

/** The attacks in a folder: every `.mjs` file that does not start with an underscore. */
export function readAttacks(folder: string): readonly Attack[] {
  return readdirSync(folder)
    .filter((file) => /^[^_.].*\.m?js$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const header = (name: string): string | undefined =>
        new RegExp(`^// ${name}: *(.*)$`, 'm').exec(text)?.[1];
      return {
        name: file.replace(/\.m?js$/, ''),
        path: join(folder, file),
        goal: header('goal')?.trim() ?? 'leak',
        options: JSON.parse(header('options') ?? '{}') as AttackOptions,
      };
    });
}
