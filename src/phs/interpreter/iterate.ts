import { Range, Sequence } from '../values/range.js';
import type { Run } from './run.js';
import { ScriptError } from '../script-error.js';
import { char, intOf, isPhsArray, type PhsValue } from '../values/value.js';

/** Walks over what `for` can walk over, until `turn` says that it is over; true when it did. */
export function iterate(run: Run, source: PhsValue, at: number, turn: (value: PhsValue) => boolean): boolean {
  if (source instanceof Range) {
    return walkRange(source, at, turn);
  } else if (isPhsArray(source)) {
    // The loop has a reference of its own, so changes to the array happen to a copy.
    for (const item of source) if (turn(run.share(item ?? null))) return true;
  } else if (typeof source === 'string') {
    for (const point of source) if (turn(char(point))) return true;
  } else if (source instanceof Sequence) {
    for (const item of source.items()) if (turn(item)) return true;
  } else {
    throw notIterable(at);
  }
  return false;
}

function notIterable(at: number): ScriptError {
  return new ScriptError('ErrorFor', 'For loop expects iterable type').at(at);
}

function walkRange(range: Range, at: number, turn: (value: PhsValue) => boolean): boolean {
  if (range.start === undefined) throw notIterable(at);
  const end = range.end ?? Number.MAX_SAFE_INTEGER;
  if (typeof range.start === 'number' && typeof end === 'number') {
    const last = range.inclusive ? end : end - 1;
    for (let i = range.start; i <= last; i++) if (turn(i)) return true;
    return false;
  }
  const last = range.inclusive ? BigInt(end) : BigInt(end) - 1n;
  for (let i = BigInt(range.start); i <= last; i++) if (turn(intOf(i))) return true;
  return false;
}
