import { REFUSAL_CODES, UP, tagOf } from '../../../src/wire/protocol.js';
import { diceOf } from '../dice.js';

/** Makes messages as a hostile module would write them. */
export interface Mutator {
  /** A message: a batch that is well formed but for its contents, or, so often in a hundred, something that is no batch at all. */
  frame(roughIn100: number): unknown;
}

/** Values of every kind that a port can carry, and more than a reader of plain records expects. */
const ODD: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -0,
  1.5,
  2 ** 53,
  2n ** 70n,
  '',
  'text',
  '__proto__',
  [],
  {},
  [[]],
  { id: 1 },
  new Map(),
  new Set([1]),
  new Date(Number.NaN),
  /x/,
  new Error('odd'),
  new Uint8Array(3),
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
];

/** Answers end a package: a module that sends many of them to packages that are not open is ended, so they go to those that are. */
const ANSWERS = [UP.reply, UP.fault, UP.refusal, UP.itemRefused];
const OTHERS = [UP.credit, UP.event, UP.capability, UP.capabilityFor, UP.mainEnded, UP.ready];
/** Operations that there are none of. */
const UNKNOWN = [11, 12, 13, 14];

function textOf(key: unknown): string {
  return typeof key === 'string' ? key : typeof key;
}

/** Messages from a seed; `open` are the packages that somebody waits for, and it forgets those it has answered. */
export function createMutator(seed: number, open: Set<number>): Mutator {
  const dice = diceOf(seed);
  const of = <T>(list: readonly T[]): T => list[dice(list.length)] as T;
  const odd = (depth = 0): unknown => {
    const kind = dice(10);
    if (depth < 3 && kind === 0) return Array.from({ length: dice(4) }, () => odd(depth + 1));
    if (depth < 3 && kind === 1)
      return { [String(of(ODD.slice(9, 12)))]: odd(depth + 1), more: odd(depth + 1) };
    return of(ODD);
  };
  /** The record that belongs there, with some of its parts replaced, missing, or more. */
  const bent = (record: Readonly<Record<string, unknown>>): unknown => {
    if (dice(8) === 0) return odd();
    const copy: Record<string, unknown> = { ...record };
    for (const key of Object.keys(copy)) {
      if (dice(4) === 0) copy[key] = odd();
      else if (dice(12) === 0) Reflect.deleteProperty(copy, key);
    }
    // Not by assignment: `__proto__` is to be a key like any other.
    if (dice(6) === 0) Object.defineProperty(copy, textOf(of(ODD)), { value: odd(), enumerable: true });
    return copy;
  };
  const fault = (depth = 0): unknown =>
    bent({
      name: 'Error',
      message: 'no',
      code: of(['E', 'PHLOW_INTERNAL']),
      stack: 'at x',
      data: odd(),
      cause: depth < 12 && dice(2) === 0 ? fault(depth + 1) : undefined,
    });
  const value = (op: number, id: number): unknown => {
    switch (op) {
      case UP.fault:
      case UP.failed:
      case UP.mainEnded:
        return fault();
      case UP.refusal:
      case UP.itemRefused:
        return bent({ code: of([...REFUSAL_CODES, 'PHLOW_INTERNAL']), message: 'refused', details: odd() });
      case UP.ready:
        return bent({ isCallable: true, isMain: false, osThreadId: dice(9) });
      case UP.credit:
        return of([1, 32, 0.5, 2 ** 60, ...ODD]);
      case UP.capability:
        return dice(4) === 0 ? odd() : [of(['module.call', 'fs.readText', 'net.fetch', odd()]), odd(), odd()];
      case UP.capabilityFor:
        return dice(4) === 0 ? odd() : [of([id, odd()]), of(['module.call', 'fs.list', odd()]), odd()];
      default:
        return odd();
    }
  };
  const anyId = (): number => of([0, 1, dice(300), 2 ** 40, 2 ** 49 - 1]);
  const pair = (): [number, unknown] => {
    const kind = dice(1_000);
    // Rare: each brings a life nearer to its end.
    if (kind === 0) return [tagOf(0, UP.failed), fault()];
    if (kind < 3) return [tagOf(anyId(), of(UNKNOWN)), odd()];
    if (kind < 8) return answer(anyId());
    const [known] = open.size === 0 ? [] : [[...open][dice(open.size)]];
    if (kind < 400 && known !== undefined) {
      return answer(known);
    }
    const op = of(kind < 410 ? [UP.item] : OTHERS);
    const id = op === UP.item ? (known ?? 0) : (of([known, anyId()]) ?? 0);
    // Without a package there is nothing to send an item of.
    return op === UP.item && known === undefined
      ? [tagOf(0, UP.ready), value(UP.ready, 0)]
      : [tagOf(id, op), value(op, id)];
  };
  const answer = (id: number): [number, unknown] => {
    const op = of(ANSWERS);
    if (op !== UP.itemRefused) open.delete(id);
    return [tagOf(id, op), value(op, id)];
  };
  const batch = (): unknown[] => Array.from({ length: 1 + dice(4) }, pair).flat();
  const rough = (): unknown => {
    const whole = batch();
    switch (dice(4)) {
      case 0:
        return of(ODD);
      case 1:
        return whole.slice(1);
      case 2:
        whole[0] = of(ODD.filter((one) => !Array.isArray(one)));
        return whole;
      default:
        return { ...whole };
    }
  };
  return { frame: (roughIn100) => (dice(100) < roughIn100 ? rough() : batch()) };
}
