import { isBuiltIn } from '../../manifest/built-in-modules.js';
import type { Diagnostics } from '../diagnostics.js';
import { type FlowNode, type MapEntry, type MapNode, codeNode } from '../node.js';
import { TracedText } from '../source/traced-text.js';
import type { PlacedText } from './flow-document.js';
import { STEP_KEYS } from './step-keys.js';

/** A call of a module as a step says it. */
export interface ModuleCall {
  readonly use: PlacedText;
  readonly input: FlowNode | undefined;
}

/** Reads the short forms of a module call, `NAME: input` and `NAME.ACTION[.ARG…]: input` (docs/spec/flow.md 4.6). */
export function readShorthand(
  step: MapNode,
  known: ReadonlySet<string>,
  diagnostics: Diagnostics,
): ModuleCall | undefined {
  let call: ModuleCall | undefined;
  for (const entry of step.entries.values()) {
    const found = callOf(entry, step, known);
    if (found === undefined) continue;
    if (call !== undefined || step.entries.has('use') || step.entries.has('input')) {
      const other = call?.use.text ?? (step.entries.has('use') ? 'use' : 'input');
      diagnostics.error(`a step calls one module: found "${entry.key}" beside "${other}"`, entry.range);
    }
    call = found;
  }
  return call;
}

/** True for a key that is a short form of a module call. */
export function isShorthand(key: string, known: ReadonlySet<string>): boolean {
  const [name = '', ...rest] = key.split('.');
  if (STEP_KEYS.has(name)) return false;
  // Without declared modules `http.get:` is a key that nobody knows; the name of a built-in one is a call, and reported as missing.
  return known.has(name) || isBuiltIn(name) || (known.size > 0 && rest.length > 0);
}

function callOf(entry: MapEntry, step: MapNode, known: ReadonlySet<string>): ModuleCall | undefined {
  if (!isShorthand(entry.key, known)) return undefined;
  const [name = '', action, ...args] = entry.key.split('.');
  // Beside a call, the name of a module that nobody has declared is a remark.
  if (!known.has(name) && isBuiltIn(name) && step.entries.has('use')) return undefined;
  const use = { text: name, range: entry.range };
  return { use, input: action === undefined ? entry.value : inputOf(entry, action, args) };
}

function inputOf(entry: MapEntry, action: string, args: readonly string[]): FlowNode {
  const { value, range } = entry;
  const text = (word: string): FlowNode => ({ kind: 'scalar', value: word, code: undefined, range });
  if (value.kind === 'scalar' && value.code !== undefined)
    return expressionInput(value.code.text, action, args, value);
  const entries = new Map<string, MapEntry>([['action', { key: 'action', value: text(action), range }]]);
  if (args.length > 0) {
    entries.set('args', { key: 'args', value: { kind: 'list', items: args.map(text), range }, range });
  }
  // Anything but a mapping is dropped: there is no key it could stand under.
  if (value.kind === 'map') for (const [key, own] of value.entries) entries.set(key, own);
  return { kind: 'map', entries, range: value.range ?? range };
}

/** An inline object gets the action beside its own keys; any other expression is the whole input. */
function expressionInput(
  code: TracedText,
  action: string,
  args: readonly string[],
  node: FlowNode,
): FlowNode {
  const trimmed = code.trim();
  if (!trimmed.text.startsWith('{')) return node;
  const fixed = [`action: ${JSON.stringify(action)}`];
  if (args.length > 0) fixed.push(`args: ${JSON.stringify(args)}`);
  const at = trimmed.rangeAt(0);
  const before = TracedText.made(`{ ${fixed.join(', ')}, ...`, at);
  return codeNode(TracedText.join([before, trimmed, TracedText.made(' }', at)]), node.range);
}
