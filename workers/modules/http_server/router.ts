/** One part of a path between two slashes, as a template has it. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** Takes one part that is not empty. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** Takes all that is left, which may be nothing. Only at the end. */
  | { readonly kind: 'rest'; readonly name: string };

/** What was found for a path: the targets by method, and what stands in the place of parameters, as it was sent. */
export interface Match<T> {
  readonly methods: ReadonlyMap<string, T>;
  readonly params: readonly (readonly [name: string, value: string])[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  parameter: Node<T> | undefined;
  rest: Leaf<T> | undefined;
  leaf: Leaf<T> | undefined;
}

interface Leaf<T> {
  readonly names: readonly string[];
  readonly methods: Map<string, T>;
}

/** The parts of a path. That of `/` is empty; a slash at the end leaves an empty part, so that `/a` and `/a/` differ. */
export function segmentsOf(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/**
 * Finds routes in a tree of the parts of their paths: literal parts first, then parameters, then what takes the rest. No patterns, so no path makes it slow: it
 * looks at each node of the tree once at most. It makes no code either, which modules at `isolated` cannot.
 */
export class Router<T> {
  readonly #root: Node<T> = emptyNode();

  /** Adds a target. Of two for one method and one path the first stays. */
  add(method: string, segments: readonly Segment[], target: T): void {
    let node = this.#root;
    const names: string[] = [];
    for (const segment of segments) {
      if (segment.kind !== 'literal') names.push(segment.name);
      if (segment.kind === 'rest') {
        node.rest ??= { names, methods: new Map() };
        addTo(node.rest, method, target);
        return;
      }
      node = segment.kind === 'literal' ? literalOf(node, segment.text) : (node.parameter ??= emptyNode());
    }
    node.leaf ??= { names, methods: new Map() };
    addTo(node.leaf, method, target);
  }

  /** What a path leads to, whatever the method. */
  find(path: string): Match<T> | undefined {
    if (!path.startsWith('/')) return undefined;
    const values: string[] = [];
    const leaf = search(this.#root, segmentsOf(path), 0, values);
    return leaf && { methods: leaf.methods, params: leaf.names.map((name, i) => [name, values[i] ?? '']) };
  }
}

function search<T>(
  node: Node<T>,
  parts: readonly string[],
  at: number,
  values: string[],
): Leaf<T> | undefined {
  const part = parts[at];
  if (part === undefined) {
    if (node.leaf !== undefined) return node.leaf;
    if (node.rest !== undefined) values.push('');
    return node.rest;
  }
  const literal = node.literals.get(part);
  const found = literal && search(literal, parts, at + 1, values);
  if (found !== undefined) return found;
  if (part !== '' && node.parameter !== undefined) {
    values.push(part);
    const below = search(node.parameter, parts, at + 1, values);
    if (below !== undefined) return below;
    values.pop();
  }
  if (node.rest !== undefined) values.push(parts.slice(at).join('/'));
  return node.rest;
}

function literalOf<T>(node: Node<T>, text: string): Node<T> {
  const known = node.literals.get(text);
  if (known !== undefined) return known;
  const made = emptyNode<T>();
  node.literals.set(text, made);
  return made;
}

function emptyNode<T>(): Node<T> {
  return { literals: new Map(), parameter: undefined, rest: undefined, leaf: undefined };
}

function addTo<T>(leaf: Leaf<T>, method: string, target: T): void {
  if (!leaf.methods.has(method)) leaf.methods.set(method, target);
}
