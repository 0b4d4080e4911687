/** The part of a stream that is written to here. */
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/**
 * The command line's two voices: results on standard output, everything else on standard error. A reader that went away (`phlow ... | head`)
 * is no failure: what is written after that is dropped. A result that finds no room (a full disk) is one.
 */
export class Printer {
  /** Whether standard error understands colours and whoever runs us wants them. */
  readonly isColourful: boolean;
  /** The same of standard output. */
  readonly isResultColourful: boolean;
  readonly #out: Output;
  readonly #err: Output;
  #isOutGone = false;
  #isErrGone = false;
  #lost: Error | undefined;

  constructor(out: Output = process.stdout, err: Output = process.stderr, env = process.env) {
    this.#out = out;
    this.#err = err;
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

  /** One line (or several) of result. */
  result(text: string): void {
    if (!this.#isOutGone) this.#out.write(`${text}\n`);
  }

  /** One line (or several) beside the result. */
  note(text: string): void {
    if (!this.#isErrGone) this.#err.write(`${text}\n`);
  }

  /** Text in bold red, or plain where colours are not wanted. */
  alarm(text: string): string {
    return this.isColourful ? `\u001b[1;31m${text}\u001b[0m` : text;
  }

  /** Resolves when everything written has left the process or can no longer do so: then with what a result was lost to, if it was. */
  async flush(): Promise<Error | undefined> {
    await Promise.all([this.#isOutGone || written(this.#out), this.#isErrGone || written(this.#err)]);
    return this.#lost;
  }
}

function written(stream: Output): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
