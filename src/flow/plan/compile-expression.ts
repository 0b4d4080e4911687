import { PhlowError } from '../../errors.js';
import type { CompiledScript, ModuleSignature } from '../../phs/compile/compiler.js';
import type { Locate } from '../../phs/report.js';
import { compileTemplate } from '../../phs/template.js';
import { valueOf, type FlowNode } from '../node.js';
import { placeOf } from '../source/source-file.js';
import type { CompileExpression } from './compile.js';

/** What expressions may use. */
export interface CompileOptions {
  /** Modules that can be called as functions. */
  readonly modules: ReadonlyMap<string, ModuleSignature>;
  /** Takes the lines that `print` writes. */
  readonly print?: ((line: string) => void) | undefined;
}

/** Makes the function that compiles the values of a flow. Errors in code point at the author's own text. */
export function compilerFor({ modules, print }: CompileOptions): CompileExpression {
  const scripts = new Map<ReadonlySet<string> | undefined, Map<string, CompiledScript>>();
  return (node, locals) => {
    // The same code means the same wherever the same variables are in sight; only its places differ.
    let known = scripts.get(locals);
    if (known === undefined) scripts.set(locals, (known = new Map<string, CompiledScript>()));
    const locateLeaf = (path: readonly (string | number)[]): Locate => locator(node, path);
    try {
      return compileTemplate(valueOf(node), { modules, locals, print, scripts: known, locateLeaf });
    } catch (error) {
      throw tagInCode(node) ?? error;
    }
  };
}

/** Why a value does not compile in which `!phs` stands in braces or brackets; undefined for every other one. */
function tagInCode(node: FlowNode): PhlowError | undefined {
  if (node.kind === 'list') return firstOf(node.items);
  if (node.kind === 'map') return firstOf([...node.entries.values()].map(({ value }) => value));
  if (node.code === undefined) return undefined;
  const { text } = node.code;
  const found = /(?<=[{[(:,]\s*)!phs\s+/.exec(text.text);
  if (found === null) return undefined;
  const written = text.text
    .replaceAll(/(?<=[{[(:,]\s*)!phs\s+/g, '')
    .trim()
    .replaceAll(/\s+/g, ' ');
  const message = `values in braces are expressions already, without !phs: write ${written}`;
  return new PhlowError('PHLOW_PHS_SYNTAX', message, { place: placeOf(text.rangeAt(found.index, 4)) });
}

function firstOf(nodes: readonly FlowNode[]): PhlowError | undefined {
  return nodes.map(tagInCode).find((error) => error !== undefined);
}

/** Finds the places of a leaf's code. */
function locator(root: FlowNode, path: readonly (string | number)[]): Locate {
  return (offset: number) => {
    const node = leafAt(root, path);
    if (node?.kind === 'scalar' && node.code !== undefined) {
      const { text, at } = node.code;
      return placeOf(text.rangeAt(Math.min(Math.max(0, offset - at), text.text.length)));
    }
    return placeOf(node?.range ?? root.range);
  };
}

function leafAt(root: FlowNode, path: readonly (string | number)[]): FlowNode | undefined {
  let node: FlowNode | undefined = root;
  for (const key of path) {
    if (node === undefined || node.kind === 'scalar') return node;
    node = node.kind === 'list' ? node.items[Number(key)] : node.entries.get(String(key))?.value;
  }
  return node;
}
