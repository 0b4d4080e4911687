import { PLANE, type Plane } from '../../../src/wire/frame.js';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import { DOWN, tagOf } from '../../../src/wire/protocol.js';

/** A module of our own that does what every module does. */
const MODULE: GuestBoot = {
  name: 'rehearsal',
  code: 'exports.__esModule = true; exports.default = async (input) => input;',
  with: '[0,[{}]]',
  events: [],
  isMain: false,
  clock: 'real',
  logLevel: 'off',
  concurrency: 0,
  capabilities: {
    env: {},
    timers: { max: 1, minDelayMs: 0 },
    clock: 'ms',
    crypto: ['random', 'subtle'],
    wasm: false,
    net: true,
  },
  maxLength: 10_000,
  maxDepth: 10,
  logBytesPerSecond: 0,
  maxBufferBytes: 1_048_576,
};

/** Loads a module and serves it. It is handed the way out of the realm, and hands out the way in. */
export type RunModule = (
  boot: GuestBoot,
  send: (plane: Plane, text: string) => void,
  onFrame: (take: (frame: string) => void) => void,
) => Promise<void>;

/**
 * Runs the module from its text to its first reply, so that V8's cache of the script holds all that takes: a function that has not run when the
 * cache is made is compiled from its source in every guest. What the module says goes nowhere. Rejects when it says anything but what it should.
 */
export async function rehearse(run: RunModule): Promise<void> {
  let take: (frame: string) => void = () => undefined;
  let hear: (text: string) => void = () => undefined;
  const heard = async (part: string): Promise<void> => {
    const text = await new Promise<string>((resolve) => {
      hear = resolve;
    });
    if (!text.includes(part)) throw new Error(`Cannot rehearse a start: the module said ${text}`);
  };
  const isReady = heard('"isCallable":true');
  await run(
    MODULE,
    (_plane, text) => hear(text),
    (next) => {
      take = next;
    },
  );
  await isReady;
  const isAnswered = heard('"rehearsed"');
  take(`${PLANE.data}[${tagOf(1, DOWN.call)},["rehearsed"]]`);
  await isAnswered;
}
