/** How V8 begins its account of a heap that is full: the last collections, then the fatal error, then the stack of the engine. */
const ACCOUNT = '<--- Last few GCs --->';
const FATAL = 'FATAL ERROR';
const OUT_OF_MEMORY = /Allocation failed|out of memory/i;
const MAX_LENGTH = 4_000;

/**
 * What a guest's process prints itself, which is Node's and no line of the module. Of V8's account of a full heap only the fatal error is handed
 * on: its twenty lines would take the place of the module's own last lines in a report.
 */
export class LastWords {
  readonly #pass: (line: string) => void;
  #text = '';
  #isAccount = false;

  constructor(pass: (line: string) => void) {
    this.#pass = pass;
  }

  get isOutOfMemory(): boolean {
    return OUT_OF_MEMORY.test(this.#text);
  }

  print(line: string): void {
    this.#text = `${this.#text}\n${line}`.slice(-MAX_LENGTH);
    const isFatal = line.startsWith(FATAL);
    if (line.startsWith(ACCOUNT)) this.#isAccount = true;
    if (!this.#isAccount || isFatal) this.#pass(line);
    if (isFatal && OUT_OF_MEMORY.test(line)) this.#isAccount = true;
  }
}
