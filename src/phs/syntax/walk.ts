import type { Node, Spread, Member, SwitchCase } from './ast.js';

function flat(items: readonly (Node | Spread | Member)[]): Node[] {
  return items.map((item) => (item.type === 'spread' || item.type === 'member' ? item.value : item));
}

function present(...nodes: readonly (Node | undefined)[]): Node[] {
  return nodes.filter((node) => node !== undefined);
}

function ofCase(item: SwitchCase): Node[] {
  return [...item.patterns, ...present(item.guard), item.body];
}

/** The nodes right below a node, in the order they are evaluated in. */
function childrenOf(node: Node): Node[] {
  switch (node.type) {
    case 'literal':
    case 'name':
    case 'this':
      return [];
    case 'template':
      return node.parts.filter((part) => typeof part !== 'string');
    case 'qualified':
      return [...(node.args ?? [])];
    case 'array':
      return flat(node.items);
    case 'object':
      return flat(node.members);
    case 'closure':
      return [node.body];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'range':
      return present(node.start, node.end);
    case 'property':
      return [node.target];
    case 'index':
      return [node.target, node.index];
    case 'call':
      return [...node.args];
    case 'method':
      return [node.target, ...node.args];
    case 'invoke':
      return [node.callee, ...node.args];
    case 'conditional':
      return [node.test, node.then, node.otherwise];
    case 'block':
      return [...node.body];
    case 'if':
      return present(node.test, node.then, node.otherwise);
    case 'switch':
      return [node.subject, ...node.cases.flatMap(ofCase)];
    case 'loop':
      return present(node.test, node.body);
    case 'for':
      return [node.iterable, node.body];
    case 'try':
      return [node.body, node.handler];
    case 'declare':
    case 'jump':
      return present(node.value);
    case 'assign':
      return [node.target, node.value];
    case 'import':
      return [node.source];
  }
}

/** Visits a node and everything below it. */
export function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

/** True when evaluating the node runs no code that could change a variable. */
export function isInert(node: Node): boolean {
  switch (node.type) {
    case 'literal':
    case 'name':
    case 'this':
    case 'template':
    case 'array':
    case 'object':
    case 'unary':
    case 'binary':
    case 'range':
    case 'property':
    case 'index':
    case 'conditional':
    case 'closure':
      return node.type === 'closure' || childrenOf(node).every(isInert);
    default:
      return false;
  }
}

/** The names that closures of a script use: variables so named may be shared between functions. `eval` and `f!()` may use any. */
export function sharedNames(body: readonly Node[], parameters: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  const declared = new Set<string>(parameters);
  const evaluated = new Set<string>();
  for (const statement of body) {
    visit(statement, (node) => {
      if (node.type === 'call' && (node.name === 'eval' || node.isCapturing)) evaluated.add(node.name);
      for (const name of declaredBy(node)) declared.add(name);
      if (node.type !== 'closure') return;
      visit(node.body, (inner) => {
        if (inner.type === 'name' || inner.type === 'call') used.add(inner.name);
      });
    });
  }
  return evaluated.size > 0 ? declared : used;
}

function declaredBy(node: Node): readonly string[] {
  switch (node.type) {
    case 'declare':
      return [node.name];
    case 'for':
      return node.counter === undefined ? [node.variable] : [node.variable, node.counter];
    case 'try':
      return node.variable === undefined ? [] : [node.variable];
    case 'closure':
      return node.parameters;
    default:
      return [];
  }
}
