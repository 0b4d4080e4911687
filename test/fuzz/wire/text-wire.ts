import { DEFAULT_LIMITS } from '../../support/default-limits.js';
import { PLANE } from '../../../src/wire/frame.js';
import { UP, tagOf } from '../../../src/wire/protocol.js';
import { parseSafely } from '../../../src/wire/safe-json.js';
import { batchOf, OWN_DEPTH } from '../../../src/wire/text-codec.js';
import { beginScripted, ScriptedWarmPool } from '../../support/scripted-guest.js';
import { diceOf, type Dice } from '../dice.js';
import type { FuzzOptions } from '../found.js';
import { Decoys } from './decoys.js';
import { createMutator } from './mutator.js';
import { WireCounts } from './wire-counts.js';

/** Longer lives would only repeat themselves. */
const MAX_MESSAGES = 400;

/**
 * The text that levels with a compartment send, mutated as values and as text, into the same reader, budget, codec and life that a module's
 * own text goes through; only the thread or process behind them is scripted. Throws when one of them does.
 */
export async function fuzzTextWire({ runs, seed }: FuzzOptions): Promise<WireCounts> {
  const counts = new WireCounts();
  const dice = diceOf(seed);
  while (counts.messages < runs) await liveOnce(counts, dice, Math.min(MAX_MESSAGES, runs - counts.messages));
  if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a message has reached a prototype');
  return counts;
}

async function liveOnce(counts: WireCounts, dice: Dice, messages: number): Promise<void> {
  const warmPool = new ScriptedWarmPool();
  const { container } = warmPool;
  const instance = beginScripted(warmPool, DEFAULT_LIMITS, (cause) => counts.end(cause));
  container.say(PLANE.locked, '');
  container.say(PLANE.data, textOf([tagOf(0, UP.ready), { isCallable: true, isMain: false }]));
  await instance.ready;
  const decoys = new Decoys(counts);
  for (let i = 0; i < 6; i++) decoys.send(instance, {});
  await new Promise((resolve) => setImmediate(resolve));
  const mutator = createMutator(dice(2 ** 31), container.open);
  for (let i = 0; i < messages && !container.isKilled; i++) {
    const text = bent(textOf(mutator.frame(2)), dice);
    try {
      counts.accept(batchOf(parseSafely(text, DEFAULT_LIMITS.depth + OWN_DEPTH)));
    } catch (error) {
      counts.refuse(error);
    }
    container.say(PLANE.data, text);
    if (dice(16) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await instance.terminate();
  await decoys.settled();
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
