import { isMap } from '../values.js';
import { newMap } from './values/entries.js';
import type { Scope } from './interpreter/scope.js';
import {
  compileProgram,
  type CompileOptions,
  type ModuleCall,
  type Program,
  type Stoppable,
  type UnknownName,
} from './program.js';
import type { Locate } from './report.js';
import { codeIn, scalarOf } from './values/scalar.js';
import type { PhsMap, PhsValue } from './values/value.js';

/** How a value tree is compiled. */
export interface TemplateOptions extends Omit<CompileOptions, 'locate'> {
  /** How offsets in the code of the leaf at a path are found in a file; they count from the character behind `{{`. */
  readonly locateLeaf?: ((path: readonly (string | number)[]) => Locate | undefined) | undefined;
}

/** A compiled value tree: each leaf that is code has a scope of its own, and leaves run in the order they are written in. */
export interface Template {
  /** True when a leaf calls modules, so that only `evaluateAsync` can evaluate it. */
  readonly isAsync: boolean;
  /** Of all its leaves. */
  unknownNames(): readonly UnknownName[];
  evaluate(scope: Scope): PhsValue;
  evaluateAsync(scope: Scope, call: ModuleCall, signal?: Stoppable): Promise<PhsValue>;
}

/** A part of the tree: a value that never changes, code, or a container of parts. */
type Part =
  | { readonly type: 'constant'; readonly value: PhsValue }
  | { readonly type: 'code'; readonly program: Program }
  | { readonly type: 'array'; readonly parts: readonly Part[] }
  | { readonly type: 'map'; readonly entries: readonly (readonly [string, Part])[] };

const NO_NAMES: readonly UnknownName[] = [];

/**
 * Compiles a value of a flow, all of its leaves (docs/spec/phs.md 9, docs/spec/flow.md 5).
 *
 * @throws PhlowError PHLOW_PHS_SYNTAX for the first leaf that does not compile.
 */
export function compileTemplate(value: unknown, options: TemplateOptions = {}): Template {
  return new CompiledTemplate(compilePart(value, options, []));
}

/** A class, not an object of closures: a flow keeps many of them. */
class CompiledTemplate implements Template {
  readonly isAsync: boolean;
  readonly #part: Part;

  constructor(part: Part) {
    this.#part = part;
    this.isAsync = callsModules(part);
  }

  unknownNames(): readonly UnknownName[] {
    return unknownNamesIn(this.#part);
  }

  evaluate(scope: Scope): PhsValue {
    return evaluate(this.#part, scope);
  }

  async evaluateAsync(scope: Scope, call: ModuleCall, signal?: Stoppable): Promise<PhsValue> {
    return this.isAsync ? evaluateAsync(this.#part, scope, call, signal) : evaluate(this.#part, scope);
  }
}

function compilePart(value: unknown, options: TemplateOptions, path: readonly (string | number)[]): Part {
  if (Array.isArray(value)) {
    const parts = value.map((item, i) => compilePart(item, options, [...path, i]));
    const items = parts.filter((part) => part.type === 'constant');
    if (items.length < parts.length) return { type: 'array', parts };
    return { type: 'constant', value: items.map((part) => part.value) };
  }
  if (isMap(value) && !(value instanceof Date)) return compileMap(value, options, path);
  const code = typeof value === 'string' ? codeIn(value) : undefined;
  if (code === undefined) return { type: 'constant', value: scalarOf(value) };
  const { limits, modules, locals, print, scripts } = options;
  const locate = options.locateLeaf?.(path);
  return { type: 'code', program: compileProgram(code, { limits, modules, locals, print, scripts, locate }) };
}

function compileMap(
  value: Readonly<Record<string, unknown>>,
  options: TemplateOptions,
  path: readonly (string | number)[],
): Part {
  const entries = Object.keys(value).map(
    (key) => [key, compilePart(value[key], options, [...path, key])] as const,
  );
  if (!entries.every(([, part]) => part.type === 'constant')) return { type: 'map', entries };
  return {
    type: 'constant',
    value: mapOf(entries, (part) => (part.type === 'constant' ? part.value : null)),
  };
}

function mapOf(entries: readonly (readonly [string, Part])[], valueOf: (part: Part) => PhsValue): PhsMap {
  const map = newMap<PhsValue>();
  for (const [key, part] of entries) map[key] = valueOf(part);
  return map;
}

function callsModules(part: Part): boolean {
  switch (part.type) {
    case 'constant':
      return false;
    case 'code':
      return part.program.isAsync;
    case 'array':
      return part.parts.some(callsModules);
    case 'map':
      return part.entries.some(([, entry]) => callsModules(entry));
  }
}

function unknownNamesIn(part: Part): readonly UnknownName[] {
  switch (part.type) {
    case 'constant':
      return NO_NAMES;
    case 'code':
      return part.program.unknownNames();
    case 'array':
      return part.parts.flatMap(unknownNamesIn);
    case 'map':
      return part.entries.flatMap(([, entry]) => unknownNamesIn(entry));
  }
}

function evaluate(part: Part, scope: Scope): PhsValue {
  switch (part.type) {
    case 'constant':
      return part.value;
    case 'code':
      return part.program.run(scope);
    case 'array':
      return part.parts.map((item) => evaluate(item, scope));
    case 'map':
      return mapOf(part.entries, (entry) => evaluate(entry, scope));
  }
}

async function evaluateAsync(
  part: Part,
  scope: Scope,
  call: ModuleCall,
  signal: Stoppable | undefined,
): Promise<PhsValue> {
  switch (part.type) {
    case 'constant':
      return part.value;
    case 'code':
      return part.program.isAsync ? part.program.runAsync(scope, call, signal) : part.program.run(scope);
    case 'array': {
      const items: PhsValue[] = [];
      for (const item of part.parts) items.push(await evaluateAsync(item, scope, call, signal));
      return items;
    }
    case 'map': {
      const map = newMap<PhsValue>();
      for (const [key, entry] of part.entries) map[key] = await evaluateAsync(entry, scope, call, signal);
      return map;
    }
  }
}
