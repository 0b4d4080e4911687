import type { ArrayLiteral, ObjectLiteral, RangeLiteral, TemplateText } from '../syntax/ast.js';
import { functionNotFound } from '../builtins/not-found.js';
import { MODE, type Compiler } from './compiler.js';
import { newMap } from '../values/entries.js';
import type { Code } from '../interpreter/frame.js';
import { placed } from '../interpreter/placed.js';
import { Range } from '../values/range.js';
import { toText } from '../values/render.js';
import { isInt, isPhsArray, isPhsMap, type Int, type PhsValue } from '../values/value.js';

/** A backtick string with its interpolations. */
export function compileTemplateText(compiler: Compiler, node: TemplateText): Code {
  const parts = node.parts.map((part) =>
    typeof part === 'string' ? part : compiler.compile(part, MODE.look),
  );
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length === parts.length) {
    const text = texts.join('');
    return () => text;
  }
  return (frame) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : toText(part(frame), frame.run);
      frame.run.checked(text);
    }
    return text;
  };
}

/** `[a, ...b]`: arrays are spliced, anything else is one item, and unit is none. */
export function compileArray(compiler: Compiler, node: ArrayLiteral): Code {
  const items = node.items.map((item) =>
    item.type === 'spread'
      ? { code: compiler.compile(item.value, MODE.keep), isSpread: true }
      : { code: compiler.compile(item, MODE.keep), isSpread: false },
  );
  if (items.every((item) => !item.isSpread)) {
    const codes = items.map((item) => item.code);
    return (frame) => {
      frame.run.charge(codes.length);
      const array: PhsValue[] = [];
      for (const code of codes) array.push(code(frame));
      return array;
    };
  }
  return (frame) => {
    const array: PhsValue[] = [];
    for (const { code, isSpread } of items) {
      const value = code(frame);
      if (!isSpread) array.push(value);
      else if (isPhsArray(value)) for (const item of value) array.push(frame.run.share(item));
      else if (value !== null) array.push(value);
      frame.run.charge(isPhsArray(value) ? value.length : 1);
      frame.run.room('array', array.length);
    }
    return array;
  };
}

/** `{a: 1, ...b}`: what is no map contributes nothing, later keys win. */
export function compileObject(compiler: Compiler, node: ObjectLiteral): Code {
  const members = node.members.map((member) => ({
    key: member.type === 'spread' ? undefined : member.key,
    code: compiler.compile(member.value, MODE.keep),
  }));
  return (frame) => {
    frame.run.charge(members.length);
    const map = newMap<PhsValue>();
    for (const { key, code } of members) {
      const value = code(frame);
      if (key !== undefined) {
        map[key] = value;
      } else if (isPhsMap(value)) {
        const keys = Object.keys(value);
        frame.run.charge(keys.length);
        for (const own of keys) map[own] = frame.run.share(value[own]);
      }
    }
    return map;
  };
}

/** `a..b`; both ends are ints. */
export function compileRange(compiler: Compiler, node: RangeLiteral): Code {
  const start = node.start === undefined ? undefined : compiler.compile(node.start, MODE.look);
  const end = node.end === undefined ? undefined : compiler.compile(node.end, MODE.look);
  return (frame) => {
    const from = start?.(frame);
    const to = end?.(frame);
    if (!isEnd(from) || !isEnd(to)) {
      throw placed(functionNotFound(node.inclusive ? '..=' : '..', [from ?? null, to ?? null]), node.at, 2);
    }
    return new Range(from, to, node.inclusive);
  };
}

/** An int, or nothing where the range is open. */
function isEnd(value: PhsValue): value is Int | undefined {
  return value === undefined || isInt(value);
}
