import { isMap, type Value } from '../../values.js';
import type { Effective } from '../effective.js';
import { denied, failed } from './denied.js';

/** How a piece of text looks where the terminal can show it. */
export type TextStyle = 'bold' | 'underline' | 'blue' | 'yellow' | 'red';

/** A piece of text and its looks. */
export interface StyledText {
  readonly text: string;
  readonly styles?: readonly TextStyle[];
}

/** What a program says about itself in its help. */
export interface ProgramInfo {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly license?: string | undefined;
  readonly author?: string | undefined;
  readonly homepage?: string | undefined;
  readonly repository?: string | undefined;
}

/** The command line that a main module stands behind. The host holds the process's own arguments and streams; a module only asks. */
export interface Terminal {
  /** The file of the flow, and the words after it. */
  readonly argv: readonly string[];
  /** What the flow says about itself. */
  readonly program: ProgramInfo;
  /** Writes text as it is, without a line break of its own, and resolves when there is room for more. */
  readonly write: (to: 'stdout' | 'stderr', parts: readonly StyledText[]) => Promise<void>;
  /** The next bytes of standard input; undefined at its end. */
  readonly read: () => Promise<Uint8Array | undefined>;
  /** Says what the process is to end with. */
  readonly exitWith: (code: number) => void;
}

const STYLES: readonly unknown[] = ['bold', 'underline', 'blue', 'yellow', 'red'];

/** The command line as one module instance may use it. */
export class TerminalAccess {
  readonly #isGranted: boolean;
  readonly #module: string;
  readonly #terminal: Terminal | undefined;

  constructor(effective: Effective, terminal: Terminal | undefined) {
    this.#isGranted = effective.terminal;
    this.#module = effective.module;
    this.#terminal = terminal;
  }

  look(): Value {
    const { argv, program } = this.#granted('look at the command line');
    const known = Object.entries(program).filter(([, value]) => typeof value === 'string');
    return { argv: [...argv], program: Object.fromEntries(known) };
  }

  async write(to: string, parts: unknown): Promise<null> {
    const attempt = 'write to the command line';
    const terminal = this.#granted(attempt);
    if (to !== 'stdout' && to !== 'stderr') throw denied(attempt, 'there are only stdout and stderr');
    if (!Array.isArray(parts) || !parts.every(isStyledText))
      throw denied(attempt, 'what is written is a list of { text, styles }');
    await terminal.write(to, parts);
    return null;
  }

  async read(): Promise<Value> {
    const bytes = await this.#granted('read standard input').read();
    return bytes === undefined ? null : Buffer.from(bytes).toString('base64');
  }

  exitWith(code: number): Promise<null> {
    const attempt = 'set the exit code';
    const terminal = this.#granted(attempt);
    if (code < 0 || code > 255) throw denied(attempt, 'it is not from 0 to 255');
    terminal.exitWith(code);
    return Promise.resolve(null);
  }

  #granted(attempt: string): Terminal {
    if (!this.#isGranted) {
      const reason = `"${this.#module}" was not granted it; its phlow.yaml must ask for it under permissions.terminal and the owner grant it`;
      throw denied(attempt, reason, { permission: 'terminal' });
    }
    if (this.#terminal === undefined)
      throw failed(attempt, 'there is none here; run the flow with phlow run, or open it with a terminal');
    return this.#terminal;
  }
}

function isStyledText(part: unknown): part is StyledText {
  if (!isMap(part) || typeof part['text'] !== 'string') return false;
  const { styles } = part;
  return styles === undefined || (Array.isArray(styles) && styles.every((style) => STYLES.includes(style)));
}
