import fc from 'fast-check';
import { isPhlowError } from '../../src/errors.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/phs/limits.js';
import { parseScript } from '../../src/phs/syntax/parser.js';
import { printScript } from '../phs/print-script.js';
import { compileProgram } from '../../src/phs/program.js';
import { ScriptSyntaxError } from '../../src/phs/syntax/syntax-error.js';
import { Char, Float, toValue, type PhsValue } from '../../src/phs/values/value.js';
import { programs } from './phs-programs.js';

/** Small, so that a run that uses them up ends soon. */
const LIMITS: Partial<Limits> = {
  steps: 3_000,
  callDepth: 64,
  stringLength: 20_000,
  arrayItems: 2_000,
  mapEntries: 2_000,
};
const CODES: readonly string[] = ['PHLOW_PHS_SYNTAX', 'PHLOW_PHS_RUNTIME', 'PHLOW_PHS_LIMIT'];

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}

/** Frozen all the way: whoever writes to it throws a TypeError, which is no error of phs. */
const SCOPE = frozen({
  main: { a: 1, xs: [1, 2, { b: 'x' }], s: 'hello', f: 2.5, big: 2n ** 60n },
  payload: [{ a: 1, b: [1, 2] }, { a: 2 }],
  steps: { a: { b: null } },
});

/** The tree as text, without the places of its nodes. */
function treeOf(code: string): string {
  return JSON.stringify(parseScript(code, { ...DEFAULT_LIMITS, depth: 2_000 }), (key, item: unknown) => {
    if (key === 'at') return undefined;
    if (typeof item === 'bigint') return `${item}n`;
    if (item instanceof Float) return `${Object.is(item.value, -0) ? '-0' : item.value}f`;
    if (item instanceof Char) return `'${item.text}'`;
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  });
}

/** Parse, print, parse: the same tree, and printed the same again. */
export function checkPrinting(code: string): void {
  let printed: string;
  try {
    printed = printScript(parseScript(code, DEFAULT_LIMITS));
  } catch (error) {
    if (error instanceof ScriptSyntaxError) return;
    throw error;
  }
  if (treeOf(printed) !== treeOf(code)) throw new Error(`printed as another program: ${printed}`);
  const again = printScript(parseScript(printed, { ...DEFAULT_LIMITS, depth: 2_000 }));
  if (again !== printed) throw new Error(`printed differently the second time: ${again}`);
}

/** The longest text and the longest array anywhere in a value. */
function sizesOf(value: PhsValue, seen = new Set<unknown>()): { text: number; items: number } {
  if (typeof value === 'string') return { text: value.length, items: 0 };
  if (typeof value !== 'object' || value === null || seen.has(value)) return { text: 0, items: 0 };
  seen.add(value);
  const sizes = { text: 0, items: Array.isArray(value) ? value.length : 0 };
  for (const item of Object.values(value) as PhsValue[]) {
    const inner = sizesOf(item, seen);
    sizes.text = Math.max(sizes.text, inner.text);
    sizes.items = Math.max(sizes.items, inner.items);
  }
  return sizes;
}

/** Compiles and runs; only coded errors of phs, results within the limits, nothing written to that is not the script's own. */
export function checkRunning(code: string): void {
  try {
    const result = compileProgram(code, { limits: LIMITS, print: () => undefined }).run(SCOPE);
    const { text, items } = sizesOf(result);
    if (text > (LIMITS.stringLength ?? 0)) throw new Error(`a string of ${text} characters`);
    if (items > (LIMITS.arrayItems ?? 0)) throw new Error(`an array of ${items} items`);
    toValue(result);
  } catch (error) {
    if (isPhlowError(error) && CODES.includes(error.code)) return;
    throw error;
  }
}

/** Tries the language on generated programs. Throws, with the seed and the smallest program found, when one does what none may do. */
export function fuzzPhs(options: { readonly runs: number; readonly seed: number }): void {
  const before = Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
  fc.assert(
    fc.property(programs, (code) => {
      checkPrinting(code);
      checkRunning(code);
    }),
    { numRuns: options.runs, seed: options.seed },
  );
  const after = Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
  if (after !== before) throw new Error('a program has changed a prototype');
}
