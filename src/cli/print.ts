import { withoutCommands } from '../foreign-output.js';
import type { StyledText, TextStyle } from '../index.js';
import { visibleText } from '../visible-text.js';

/** The colours that this program writes; no other control sequence gets past {@link Printer}. */
const ALARM = '\u001b[1;31m';
const RED = '\u001b[31m';
const RESET = '\u001b[0m';

/** The part of a stream that is written to here. */
type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/**
 * The command line's two voices: results on standard output, everything else on standard error. A reader that went away (`phlow ... | head`)
 * is no failure: what is written after that is dropped. A result that finds no room (a full disk) is one.
 * What it writes may hold words of others: on a terminal, and on standard error always, they cannot draw, and nowhere can they be commands to
 * the build server that reads them.
 */
export class Printer {
  /** True when standard error understands colours and the user wants them. */
  readonly isColourful: boolean;
  /** The same of standard output. */
  readonly isResultColourful: boolean;
  readonly #out: Output;
  readonly #err: Output;
  #isOutGone = false;
  #isErrGone = false;
  #lost: Error | undefined;
  readonly #env: NodeJS.ProcessEnv;

  constructor(out: Output = process.stdout, err: Output = process.stderr, env = process.env) {
    this.#out = out;
    this.#err = err;
    this.#env = env;
    const isWanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
    this.isColourful = err.isTTY === true && isWanted;
    this.isResultColourful = out.isTTY === true && isWanted;
    out.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#isOutGone && error.code !== 'EPIPE') this.#lost = error;
      this.#isOutGone = true;
    });
    err.on('error', () => {
      this.#isErrGone = true;
    });
  }

  /** What the terminal behind standard error has room for at this moment; nothing where it is none. */
  get room(): { readonly columns: number | undefined; readonly rows: number | undefined } {
    const { isTTY, columns, rows } = this.#err;
    // A terminal that does not know its size says 0.
    return isTTY === true
      ? { columns: columns || undefined, rows: rows || undefined }
      : { columns: undefined, rows: undefined };
  }

  /** One line (or several) of result. */
  result(text: string): void {
    const shown = this.#out.isTTY === true ? visibleBesideColours(text) : text;
    if (!this.#isOutGone) this.#out.write(`${withoutCommands(shown, this.#env)}\n`);
  }

  /** One line (or several) beside the result. */
  note(text: string): void {
    if (!this.#isErrGone) this.#err.write(`${withoutCommands(visibleBesideColours(text), this.#env)}\n`);
  }

  /**
   * Text as it is, without a line break, in the looks that the stream can show. Resolves when there is room for more, or when nobody reads it any more.
   */
  async parts(texts: readonly StyledText[], to: 'result' | 'note'): Promise<void> {
    const [stream, isGone] = to === 'result' ? [this.#out, this.#isOutGone] : [this.#err, this.#isErrGone];
    if (isGone) return;
    const isShown = to === 'note' || stream.isTTY === true;
    const isColourful = to === 'result' ? this.isResultColourful : this.isColourful;
    const shown = texts.map(({ text, styles }) => {
      const plain = isShown ? visibleText(text) : text;
      return isColourful && styles !== undefined ? styled(plain, styles) : plain;
    });
    if (!stream.write(withoutCommands(shown.join(''), this.#env))) await written(stream);
  }

  /** A line that is a command to the build server, on either stream. */
  command(line: string, to: 'result' | 'note'): void {
    const isGone = to === 'result' ? this.#isOutGone : this.#isErrGone;
    if (!isGone) (to === 'result' ? this.#out : this.#err).write(`${line}\n`);
  }

  /** Lines in the place of this many that were drawn before, where the terminal can do that, else below them. */
  redraw(text: string, linesDrawn: number): void {
    if (this.isColourful && linesDrawn > 0 && !this.#isErrGone)
      this.#err.write(`\u001b[${linesDrawn}A\u001b[J`);
    this.note(text);
  }

  /** Text in bold red, or plain where colours are not wanted. */
  alarm(text: string): string {
    return this.isColourful ? `${ALARM}${text}${RESET}` : text;
  }

  /** Resolves when everything written has left the process or can no longer do so: then with what a result was lost to, if it was. */
  async flush(): Promise<Error | undefined> {
    await Promise.all([this.#isOutGone || written(this.#out), this.#isErrGone || written(this.#err)]);
    return this.#lost;
  }
}

const SGR: Readonly<Record<TextStyle, number>> = { bold: 1, underline: 4, red: 31, yellow: 33, blue: 34 };

function styled(text: string, styles: readonly TextStyle[]): string {
  return styles.length === 0 ? text : `\u001b[${styles.map((style) => SGR[style]).join(';')}m${text}${RESET}`;
}

function visibleBesideColours(text: string, of: readonly string[] = [RESET, ALARM, RED]): string {
  const [colour, ...others] = of;
  if (colour === undefined) return visibleText(text);
  return text
    .split(colour)
    .map((part) => visibleBesideColours(part, others))
    .join(colour);
}

function written(stream: Output): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
