import type { Node } from '../syntax/ast.js';
import { isHostName } from '../compile/compile-variables.js';
import { parseScript } from '../syntax/parser.js';
import type { Limits } from '../limits.js';
import { comparedWith, isBool, type Leaf } from './leaf.js';
import type { Part } from './sites.js';

/** One test, or two joined by `&&` or `||`: the second is made when the first says `continueWhen`. */
export interface Condition {
  readonly first: Part;
  readonly continueWhen: boolean | undefined;
  readonly second: Part | undefined;
}

/** The condition that the code consists of; undefined when it is anything else. */
export function conditionIn(code: string, limits: Limits): Condition | undefined {
  const { body, functions } = parseScript(code, limits);
  const [only, ...others] = body;
  return only === undefined || others.length > 0 || functions.length > 0 ? undefined : conditionOf(only);
}

function conditionOf(node: Node): Condition | undefined {
  if (node.type !== 'binary' || (node.operator !== '&&' && node.operator !== '||')) {
    const first = testOf(node);
    return first && { first, continueWhen: undefined, second: undefined };
  }
  const first = testOf(node.left);
  const second = testOf(node.right);
  return first && second && { first, continueWhen: node.operator === '&&', second };
}

function testOf(node: Node): Part | undefined {
  if (node.type === 'unary' && node.operator === '!') return partOf(node.operand, isBool(false));
  if (node.type !== 'binary') return partOf(node, isBool(true));
  const { operator, left, right } = node;
  const leaf = right.type === 'literal' ? comparedWith(operator, right.value) : undefined;
  return leaf && partOf(left, leaf);
}

/** What is asked about the end of a path of one key or two from a variable of the host. */
function partOf(node: Node, leaf: Leaf): Part | undefined {
  if (node.type !== 'property' || node.optional) return undefined;
  const { name, target } = node;
  if (target.type === 'name')
    return isHostName(target.name) ? { root: target.name, key: name, inner: undefined, leaf } : undefined;
  if (target.type !== 'property' || target.optional || target.target.type !== 'name') return undefined;
  const { name: root } = target.target;
  return isHostName(root) ? { root, key: target.name, inner: name, leaf } : undefined;
}
