import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { isMap } from '../../values.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { Deferred } from '../../wire/deferred.js';
import { isThreadCode } from '../executors/stack-frame.js';
import { Redaction, REDACTED, SECRET_NAMES } from '../../redaction.js';
import { Timer } from '../../timer.js';
import { sourceFrames, type CompiledFrame } from './source-frames.js';

/** Where a hung thread was when it was paused. */
export interface HangReport {
  /** Innermost first; only the module's own frames, not Node's and not the thread's. */
  readonly frames: readonly HangFrame[];
  readonly tookMs: number;
}

/** One frame of the call stack. `line` and `column` count from 1. */
export interface HangFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Local variables as short texts; empty when they were not asked for. */
  readonly locals: Readonly<Record<string, string>>;
}

/** How much a hang report may show. */
export interface HangReportOptions {
  /** False: no local variables, which can hold secrets. */
  readonly locals: boolean;
  /** Variables and properties whose name matches are not shown. */
  readonly redact: RegExp;
  /** Milliseconds after which the thread is given up as one that cannot be paused (it is inside native code). */
  readonly timeoutMs: number;
}

export const DEFAULT_HANG_REPORT: HangReportOptions = Object.freeze({
  locals: true,
  redact: SECRET_NAMES,
  timeoutMs: 2_000,
});

const MAX_FRAMES = 16;
const MAX_LOCALS = 24;
const MAX_TEXT_LENGTH = 200;
const UNKNOWN = '(unknown)';

/** One inspector session at a time: two would pause each other's threads. */
let last: Promise<unknown> = Promise.resolve();

/** Why nothing could be seen: the end of a sentence. */
export interface Unseen {
  readonly missing: string;
}

const NOT_REACHED: Unseen = {
  missing:
    'it cannot be paused to see where: neither `guarded` nor `sandboxed` lets anybody look into a thread',
};
const FAILED: Unseen = { missing: 'it could not be paused to see where: the inspector is in use or missing' };

/**
 * Pauses a thread that does not answer, reads its call stack and local variables, and lets it go again so that it can be ended. Works
 * from the main thread without any flag.
 */
export async function inspectHang(
  threadId: number,
  options: HangReportOptions,
): Promise<HangReport | Unseen> {
  const run = last.then(() => attempt(threadId, options));
  last = run;
  const seen = await run;
  return 'missing' in seen ? seen : { ...seen, frames: await sourceFrames(seen.frames) };
}

type SeenFrame = HangFrame & CompiledFrame;
type Seen = Omit<HangReport, 'frames'> & { readonly frames: readonly SeenFrame[] };

async function attempt(threadId: number, options: HangReportOptions): Promise<Seen | Unseen> {
  const started = performance.now();
  let examination: Examination | undefined;
  let timer: Timer | undefined;
  try {
    examination = new Examination(threadId, options);
    const late = new Promise<Unseen>((resolve) => {
      const missing = `it could not be paused within ${options.timeoutMs} ms to see where: it is inside native code, such as execSync, a huge JSON.parse or an addon`;
      timer = new Timer(options.timeoutMs, () => resolve({ missing }));
    });
    const found = await Promise.race([examination.frames(), late]);
    if (found === undefined) return NOT_REACHED;
    return 'missing' in found ? found : { frames: found, tookMs: performance.now() - started };
  } catch {
    // The inspector may be missing, busy or refused: an exit without a hang report is still reported.
    return FAILED;
  } finally {
    timer?.clear();
    examination?.end();
  }
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly params?: Record<string, unknown>;
}

/** One session with one thread, over the inspector's own channel to worker threads. */
class Examination {
  readonly #session = new Session();
  readonly #title: string;
  readonly #options: HangReportOptions;
  readonly #redaction: Redaction;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  /** Where each script came from, and the map that it names: on some Node versions a frame knows only the script's id. */
  readonly #scripts = new Map<string, { readonly url: string; readonly mapUrl: string }>();
  #sessionId: string | undefined;
  #lastId = 0;
  #onPaused: (frames: unknown) => void = () => undefined;

  constructor(threadId: number, options: HangReportOptions) {
    this.#title = `[worker ${threadId}]`;
    this.#options = options;
    this.#redaction = new Redaction(options.redact);
    this.#session.connect();
  }

  /** The frames, innermost first; undefined when the thread is none that the inspector knows of. */
  async frames(): Promise<SeenFrame[] | undefined> {
    const paused = new Deferred<unknown>();
    this.#onPaused = paused.resolve;
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      if (!params.workerInfo.title.startsWith(this.#title)) return;
      this.#sessionId = params.sessionId;
      void this.#request('Debugger.enable').then(() => this.#request('Debugger.pause'));
    });
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId === this.#sessionId) this.#receive(JSON.parse(params.message) as Answer);
    });
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => {
      // It reports all threads that it knows before it says that it is done.
      if (this.#sessionId === undefined) paused.resolve(undefined);
    });
    const found = await paused.promise;
    if (found === undefined) return undefined;
    const frames: SeenFrame[] = [];
    for (const frame of Array.isArray(found) ? (found as unknown[]) : []) {
      const read = this.#place(frame);
      if (isThreadCode(read.file) || frames.length === MAX_FRAMES) continue;
      const locals = this.#options.locals && isMap(frame) ? await this.#locals(frame['scopeChain']) : {};
      frames.push({ ...read, locals });
    }
    // Node 22 and newer do not say where their own event handlers come from; code that a module has evaluated lies further in.
    while (frames.length > 1 && frames.at(-1)?.file === UNKNOWN) frames.pop();
    return frames;
  }

  /** Lets the thread run again; a paused thread could not even be terminated. */
  end(): void {
    const sessionId = this.#sessionId;
    if (sessionId !== undefined) {
      // Leaving is not enough where a debugger is attached, too: the pause holds until somebody says so.
      void this.#request('Debugger.resume');
      void this.#request('Debugger.disable');
      this.#session.post('NodeWorker.detach', { sessionId });
    }
    this.#session.disconnect();
  }

  #place(frame: unknown): Omit<SeenFrame, 'locals'> {
    const it: Record<string, unknown> = isMap(frame) ? frame : {};
    const location: Record<string, unknown> = isMap(it['location']) ? it['location'] : {};
    const script = this.#scripts.get(String(location['scriptId']));
    const url = textOr(it['url'], script?.url ?? UNKNOWN);
    return {
      function: textOr(it['functionName'], '(anonymous)'),
      file: pathOf(url),
      line: numberOr(location['lineNumber'], 0) + 1,
      column: numberOr(location['columnNumber'], 0) + 1,
      mapUrl: url.startsWith('file:') ? (script?.mapUrl ?? '') : '',
    };
  }

  async #locals(scopes: unknown): Promise<Record<string, string>> {
    const locals: Record<string, string> = {};
    for (const scope of Array.isArray(scopes) ? (scopes as unknown[]) : []) {
      if (
        !isMap(scope) ||
        !isMap(scope['object']) ||
        !['local', 'block', 'catch'].includes(String(scope['type']))
      )
        continue;
      const { result } = await this.#request('Runtime.getProperties', {
        objectId: scope['object']['objectId'],
        ownProperties: true,
        generatePreview: true,
      });
      const properties = Array.isArray(result?.['result']) ? (result['result'] as unknown[]) : [];
      for (const property of properties.slice(0, MAX_LOCALS)) {
        if (isMap(property))
          locals[textOr(property['name'], '?')] = this.#show(
            textOr(property['name'], '?'),
            property['value'],
          );
      }
    }
    return locals;
  }

  #show(name: string, value: unknown): string {
    if (this.#redaction.hides(name)) return REDACTED;
    if (!isMap(value)) return 'undefined';
    const { preview } = value;
    if (isMap(preview) && Array.isArray(preview['properties'])) {
      const isArray = preview['subtype'] === 'array';
      const members = (preview['properties'] as unknown[]).filter(isMap).flatMap((member) => {
        const key = textOr(member['name'], '?');
        // Private members are some class's own affair, often ours.
        if (key.startsWith('#')) return [];
        const shown = this.#redaction.hides(key)
          ? REDACTED
          : textOr(member['value'], textOr(member['type'], '?'));
        return isArray ? shown : `${key}: ${shown}`;
      });
      const more = preview['overflow'] === true ? ', …' : '';
      return cut(isArray ? `[${members.join(', ')}${more}]` : `{${members.join(', ')}${more}}`);
    }
    if (typeof value['value'] === 'string') return cut(JSON.stringify(value['value']));
    return cut(
      textOr(
        value['description'],
        textOr(value['unserializableValue'], String(value['value'] ?? value['type'])),
      ),
    );
  }

  #request(method: string, params: Record<string, unknown> = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const answer = new Deferred<Answer>();
    this.#waiting.set(id, answer.resolve);
    this.#session.post('NodeWorker.sendMessageToWorker', {
      sessionId: this.#sessionId ?? '',
      message: JSON.stringify({ id, method, params }),
    });
    return answer.promise;
  }

  #receive(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    } else if (answer.method === 'Debugger.paused') {
      this.#onPaused(answer.params?.['callFrames']);
    } else if (answer.method === 'Debugger.scriptParsed') {
      const { scriptId, url, sourceMapURL } = answer.params ?? {};
      this.#scripts.set(String(scriptId), { url: textOr(url, UNKNOWN), mapUrl: textOr(sourceMapURL, '') });
    }
  }
}

/** A module may name its source as it likes: what is no path of this machine stays as it is. */
function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** The frames as lines of text. */
export function formatHangReport(hangReport: HangReport): string {
  return hangReport.frames
    .map((frame) => {
      const locals = Object.entries(frame.locals).map(
        ([name, value]) => `\n      ${visibleLine(name)} = ${visibleLine(value)}`,
      );
      return `    at ${visibleLine(frame.function)} (${visiblePath(frame.file)}:${frame.line}:${frame.column})${locals.join('')}`;
    })
    .join('\n');
}
