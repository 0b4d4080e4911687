import { readFileSync, readdirSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import { getPriority } from 'node:os';
import { Script } from 'node:vm';
import { FileReads } from './file-reads.js';

const TICK_MS = 20;

/** Measures what an attack does to the process that hosts it. */
export class SelfWatch {
  longestStallMs = 0;
  grownBytes = 0;
  readonly #signals: string[] = [];
  readonly #before = stateOfProcess();
  readonly #rssBefore = process.memoryUsage.rss();
  #last = performance.now();
  #lastWait = waitingMs();
  readonly #reads = new FileReads();

  constructor() {
    for (const signal of ['SIGUSR2', 'SIGHUP', 'SIGWINCH'] as const)
      process.on(signal, () => this.#signals.push(signal));
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  get longestFileReadMs(): number {
    return this.#reads.longestMs;
  }

  /** What is not as it was before, in words. */
  changed(): readonly string[] {
    const now = stateOfProcess();
    const differs = Object.keys(now).filter((key) => now[key] !== this.#before[key]);
    return [
      ...differs.map((key) => `${key} has changed`),
      ...this.#signals.map((signal) => `signal ${signal}`),
    ];
  }

  #tick(): void {
    const now = performance.now();
    const wait = waitingMs();
    // For as long as the thread was ready and the machine had no time for it, it is not the attack that held it up.
    const gap = now - this.#last - TICK_MS - (wait - this.#lastWait);
    this.longestStallMs = Math.max(this.longestStallMs, gap);
    this.#last = now;
    this.#lastWait = wait;
    this.grownBytes = Math.max(this.grownBytes, process.memoryUsage.rss() - this.#rssBefore);
  }
}

function stateOfProcess(): Record<string, string> {
  const keysOf = (value: object): string => Reflect.ownKeys(value).map(String).join();
  return {
    'the current folder': process.cwd(),
    'the umask': umaskOf(),
    'the title': process.title,
    'the group': String(process.getgid?.()),
    'the user': String(process.getuid?.()),
    'the priority': String(getPriority()),
    'the prototype of objects': keysOf(Object.prototype),
    'the prototype of arrays': keysOf(Array.prototype),
    'the prototype of functions': keysOf(Function.prototype),
    'the prototype of errors': keysOf(Error.prototype),
    JSON: keysOf(JSON) + String(JSON.parse) + String(JSON.stringify),
    'the inspector': String(inspectorUrl()),
    "V8's flags": nativeSyntax(),
    'the number of open files': String(Math.floor(openFiles() / 200)),
  };
}

/** Read from the kernel: asking Node would write it. */
function umaskOf(): string {
  try {
    return /^Umask:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

function nativeSyntax(): string {
  try {
    // Parses only when somebody has turned V8's own syntax on for the whole process.
    return new Script('%IsSmi(1)') instanceof Script ? 'on' : 'off';
  } catch {
    return 'off';
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/** How long this thread has been ready to run and had no processor, as the kernel counts it. */
function waitingMs(): number {
  try {
    const [, waited = ''] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return Number(waited) / 1e6;
  } catch {
    // Without the figure every gap counts.
    return 0;
  }
}
