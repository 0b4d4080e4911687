import type { Diagnostics } from '../diagnostics.js';
import { didYouMean } from '../../nearest.js';
import { textOf } from '../../values.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { MainDocument, ModuleDeclaration, PlacedText } from './flow-document.js';

const MAIN_KEYS = ['module', 'to'];
const HOW = 'the name of a module, a mapping with "module" and "to", or a list of them';

/** Reads `main`: which modules start runs, and at which step. What is wrong goes into `diagnostics`. */
export function readMains(
  node: FlowNode | undefined,
  modules: readonly ModuleDeclaration[],
  diagnostics: Diagnostics,
): readonly MainDocument[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : isNull(node) ? [] : [node];
  const names = modules.map(({ name }) => name);
  const mains: MainDocument[] = [];
  for (const item of items) {
    const main = item.kind === 'map' ? readMapping(item, diagnostics) : readName(item, diagnostics);
    if (main === undefined) continue;
    const { text, range } = main.name;
    if (!names.includes(text)) {
      const hint = didYouMean(text, names);
      diagnostics.error(`main names a module that is not declared: "${text}".${hint}`, range);
    } else if (mains.some(({ name }) => name.text === text)) {
      diagnostics.error(
        `main names the module "${text}" twice: declare it a second time under another name`,
        range,
      );
    } else mains.push(main);
  }
  return mains;
}

function readName(node: FlowNode, diagnostics: Diagnostics): MainDocument | undefined {
  if (node.kind !== 'list' && !isNull(node)) return { name: placedText(node), to: undefined };
  const found = textOf(valueOf(node));
  diagnostics.error(
    `an entry of "main" must be the name of a module, or a mapping with "module" and "to": found ${found}`,
    node.range,
  );
  return undefined;
}

function readMapping(node: MapNode, diagnostics: Diagnostics): MainDocument | undefined {
  for (const { key, range } of node.entries.values()) {
    if (MAIN_KEYS.includes(key)) continue;
    diagnostics.error(`"main" has no key "${key}".${didYouMean(key, MAIN_KEYS)}`, range);
  }
  const name = node.entries.get('module')?.value;
  if (name === undefined || isNull(name)) {
    diagnostics.error(`"main" must be ${HOW}: found no "module"`, node.range);
    return undefined;
  }
  const to = node.entries.get('to')?.value;
  return { name: placedText(name), to: to === undefined || isNull(to) ? undefined : placedText(to) };
}

function placedText(node: FlowNode): PlacedText {
  return { text: textOf(valueOf(node)), range: node.range };
}

function isNull(node: FlowNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
