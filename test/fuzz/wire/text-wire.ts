import { Bill } from '../../../src/host/bill/bill.js';
import type { Container, ContainerBirth, ContainerEvents } from '../../../src/host/guest/container.js';
import { Guest } from '../../../src/host/guest/guest.js';
import { GuestExecutor } from '../../../src/host/guest/guest-executor.js';
import { Spares } from '../../../src/host/guest/spares.js';
import { Life } from '../../../src/host/slot/life.js';
import { causeOf } from '../../../src/host/death/read-posted.js';
import { PhlowError } from '../../../src/errors.js';
import { limitsFor } from '../../../src/sandbox/limits.js';
import { PLANE } from '../../../src/wire/frame.js';
import { DOWN, UP } from '../../../src/wire/protocol.js';
import { idOf, opOf, tagOf } from '../../../src/wire/tag.js';
import { createTextCodec } from '../../../src/wire/text-codec.js';
import { diceOf, type Dice } from '../dice.js';
import type { FuzzOptions } from '../found.js';
import { Decoys } from './decoys.js';
import { createMutator } from './mutator.js';
import { WireCounts } from './wire-counts.js';

/** A container that says what it is told to. */
class ScriptedContainer implements Container {
  readonly threadId = undefined;
  readonly unsentBytes = 0;
  /** Packages that somebody waits for. */
  readonly open = new Set<number>();
  isKilled = false;
  #token = '';
  #events: ContainerEvents | undefined;

  start({ token }: ContainerBirth, events: ContainerEvents): void {
    this.#token = token;
    this.#events = events;
  }

  /** What a module sends, its token in front of it. */
  say(plane: string, text: string): void {
    this.#events?.frame(this.#token + plane + text);
  }

  send(frame: string): void {
    if (!frame.startsWith(PLANE.data)) return;
    const batch = JSON.parse(frame.slice(1)) as unknown[];
    for (let i = 0; i < batch.length; i += 2) {
      const op = opOf(batch[i] as number);
      if (op === DOWN.call || op === DOWN.callWith) this.open.add(idOf(batch[i] as number));
    }
  }

  limitFrames(): void {
    // Frames are whole here.
  }

  figures(): { memoryBytes: undefined; busyMs: number } {
    return { memoryBytes: undefined, busyMs: 0 };
  }

  kill(): void {
    this.isKilled = true;
    this.#events?.exit({ exitCode: 1, signal: undefined, isOutOfMemory: false, error: undefined });
  }
}

class ScriptedSpares extends Spares {
  readonly container = new ScriptedContainer();

  constructor() {
    super(false);
  }

  override take(): Guest {
    return new Guest('scripted', this.container, false);
  }
}

const NOTHING_ASKED = {
  memoryBytes: undefined,
  callMs: undefined,
  cpuMsPerSecond: undefined,
  replyBytes: undefined,
  logBytesPerSecond: undefined,
};
const LIMITS = limitsFor(NOTHING_ASKED);

/** Longer lives would only repeat themselves. */
const MOST_MESSAGES = 400;

/**
 * The text that levels with a compartment send, mutated as values and as text, into the same reader, budget, codec and life that a module's
 * own text goes through; only the thread or process behind them is scripted. Throws when one of them does.
 */
export async function fuzzTextWire({ runs, seed }: FuzzOptions): Promise<WireCounts> {
  const counts = new WireCounts();
  const dice = diceOf(seed);
  while (counts.messages < runs)
    await liveOnce(counts, dice, Math.min(MOST_MESSAGES, runs - counts.messages));
  if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a message has reached a prototype');
  return counts;
}

async function liveOnce(counts: WireCounts, dice: Dice, messages: number): Promise<void> {
  const spares = new ScriptedSpares();
  const { container } = spares;
  const life = begin(spares, (cause) => counts.end(cause));
  container.say(PLANE.locked, '');
  container.say(PLANE.data, textOf([tagOf(0, UP.ready), { isCallable: true, isMain: false }]));
  await life.ready;
  const decoys = new Decoys(counts);
  for (let i = 0; i < 6; i++) decoys.send(life, {});
  await new Promise((resolve) => setImmediate(resolve));
  const mutator = createMutator(dice(2 ** 31), container.open);
  const codec = createTextCodec({ maxLength: LIMITS.replyBytes, maxDepth: LIMITS.depth });
  for (let i = 0; i < messages && !container.isKilled; i++) {
    const text = bent(textOf(mutator.frame(2)), dice);
    try {
      counts.accept(codec.decode(text));
    } catch (error) {
      counts.refuse(error);
    }
    container.say(PLANE.data, text);
    if (dice(16) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await life.terminate();
  await decoys.settled();
}

function begin(spares: Spares, ended: (cause: string) => void): Life {
  const executor = new GuestExecutor({
    boot: {
      name: 'scripted',
      code: '',
      with: {},
      isMain: false,
      clock: 'real',
      logLevel: 'off',
      concurrency: 0,
      powers: {
        env: {},
        timers: { max: 0, minDelayMs: 0 },
        clock: 'none',
        crypto: [],
        wasm: false,
        net: false,
      },
    },
    container: 'thread',
    jail: [],
    wasm: false,
    limits: LIMITS,
    checks: { input: undefined, output: undefined },
    spares,
    mapStack: (stack) => stack,
    terminateTimeoutMs: 5_000,
  });
  const refuse = (): Promise<never> =>
    Promise.reject(new PhlowError('PHLOW_PERMISSION_DENIED', 'Cannot do that: nothing was granted'));
  return new Life(
    { name: 'scripted', bill: new Bill(), graceMs: 1_000, terminateTimeoutMs: 5_000 },
    executor,
    {
      log: () => undefined,
      dispatch: refuse,
      power: refuse,
      mainEnded: () => undefined,
      replied: () => undefined,
      hung: refuse,
      ended: (exit) => ended(causeOf(exit)),
    },
  );
}

/** A message as the guest's end of the codec would write it, boxes and all, as far as JSON can say it. */
function textOf(frame: unknown): string {
  const boxed = Array.isArray(frame)
    ? (frame as unknown[]).map((value, i) => (i % 2 === 0 ? value : value === undefined ? 0 : [value]))
    : frame;
  const text = JSON.stringify(boxed, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ) as string | undefined;
  return text ?? '';
}

/** What a text can be spoilt with. */
const SPOILS = [
  '"',
  '\\',
  '\\u0000',
  '[',
  ']',
  '{',
  '}',
  ',',
  '1e999',
  '-',
  '"__proto__":',
  '\ud800',
  '[[[[[[[[',
  ' ',
];

/** The text with a few of its characters changed, once in a while. */
function bent(text: string, dice: Dice): string {
  if (dice(40) !== 0) return text;
  let out = text;
  for (let left = 1 + dice(3); left > 0; left--) {
    const at = dice(out.length + 1);
    out = out.slice(0, at) + (SPOILS[dice(SPOILS.length)] ?? '') + out.slice(at + dice(3));
  }
  return out;
}
