import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';
import equalModule from 'ajv/dist/runtime/equal.js';
import lengthModule from 'ajv/dist/runtime/ucs2length.js';
import { isMap } from '../values.js';
import { checkFromCode, RULES_NAME, type Check } from './check-from-code.js';
import { spend } from './fuel.js';
import { linearPattern, type TestablePattern } from './linear-pattern.js';
import { isMultipleOf } from './multiple-of.js';
import { STRING_FORMATS, type FormatTest } from './string-formats.js';

/** The name under which metered code asks for its meter. */
const METER = 'meter';
/** Characters of a loop's text, or of a string, that make one step. */
const CHARACTERS_PER_STEP = 64;

/** What a node of the parsed code has, whatever it is. */
interface CodeNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: unknown;
  readonly callee?: unknown;
}

/** A piece of code that is written differently. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const require = createRequire(import.meta.url);
const { default: equal } = equalModule as unknown as {
  readonly default: (a: unknown, b: unknown) => boolean;
};

/** The patterns of formats read each character a few times at most. */
const METERED_FORMATS = Object.fromEntries(
  Object.entries(STRING_FORMATS).map(([name, test]): [string, FormatTest] => [
    name,
    (text) => {
      spend(1 + text.length / CHARACTERS_PER_STEP);
      return test(text);
    },
  ]),
);

/** The check of counted code, which counts its steps: every turn of a loop, every call, every character that a pattern reads. See `withFuel`. */
export function meteredCheck(counted: string): Check {
  return checkFromCode(counted, {
    [METER]: { spend, pattern: patternWhenAsked },
    [RULES_NAME]: { isMultipleOf, formats: METERED_FORMATS },
    'ajv/dist/runtime/equal': { default: meteredEqual },
    'ajv/dist/runtime/ucs2length': { default: meteredLength },
  });
}

/** Parsed when it is first asked: making a check is not counted, and the compiler has had the native engine parse each pattern. */
function patternWhenAsked(source: string): TestablePattern {
  let pattern: TestablePattern | undefined;
  return {
    test(text) {
      pattern ??= linearPattern(source);
      return pattern.test(text);
    },
  };
}

/** The code of a check, which then counts its steps. */
export function countedCode(code: string): string {
  // Loaded only where a manifest's check has to be counted.
  const { parse } = require('acorn') as typeof Acorn;
  const edits: Edit[] = [];
  collectEdits(parse(code, { ecmaVersion: 2022, sourceType: 'script' }), edits);
  edits.sort((a, b) => a.start - b.start);
  // A directive counts in front of everything else only.
  let out = `"use strict";const {spend: meterSpend, pattern: meterPattern} = require("${METER}");`;
  let done = 0;
  for (const { start, end, text } of edits) {
    out += code.slice(done, start) + text;
    done = end;
  }
  return out + code.slice(done);
}

/** Charges each function and loop by the length of its text: what stands in it is done once per turn at most. The compiler writes no arrow functions. */
function collectEdits(node: unknown, edits: Edit[]): void {
  if (Array.isArray(node)) {
    for (const one of node) collectEdits(one, edits);
    return;
  }
  if (!isCodeNode(node)) return;
  const { type, body, callee } = node;
  if (/^(?:For|While|DoWhile|Function)/.test(type) && isCodeNode(body)) {
    const steps = 1 + Math.floor((body.end - body.start) / CHARACTERS_PER_STEP);
    // A body without braces gets them.
    const isBlock = body.type === 'BlockStatement';
    const start = isBlock ? body.start + 1 : body.start;
    edits.push({ start, end: start, text: `${isBlock ? '' : '{'}meterSpend(${steps});` });
    if (!isBlock) edits.push({ start: body.end, end: body.end, text: '}' });
  }
  if (type === 'NewExpression' && isCodeNode(callee) && 'name' in callee && callee.name === 'RegExp') {
    edits.push({ start: node.start, end: callee.end, text: 'meterPattern' });
  }
  for (const inner of Object.values(node)) collectEdits(inner, edits);
}

function isCodeNode(node: unknown): node is CodeNode {
  return typeof node === 'object' && node !== null && 'type' in node && typeof node.type === 'string';
}

/** Equality of what JSON can say, counted; anything else is left to the checker's own. */
function meteredEqual(a: unknown, b: unknown): boolean {
  spend(1);
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length === b.length) spend(a.length / CHARACTERS_PER_STEP);
    return a === b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => meteredEqual(one, b[i]));
  }
  if (isPlain(a) && isPlain(b)) {
    const keys = Object.keys(a);
    spend(keys.length);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && meteredEqual(a[key], b[key]));
  }
  return equal(a, b);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isMap(value) && value.constructor === Object;
}

function meteredLength(text: string): number {
  spend(1 + text.length / CHARACTERS_PER_STEP);
  return lengthModule.default(text);
}
