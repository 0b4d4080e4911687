/** A TypeScript type, as far as schemas need one. */
export type TypeNode =
  /** A keyword, a literal or the name of another type. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'array'; readonly item: TypeNode }
  | {
      readonly kind: 'tuple';
      readonly items: readonly TypeNode[];
      /** How many of the items have to be there. */
      readonly least: number;
      readonly rest: TypeNode | undefined;
    }
  | {
      readonly kind: 'object';
      readonly members: readonly TypeMember[];
      /** What all members without a name of their own are. */
      readonly others: TypeNode | undefined;
    }
  | { readonly kind: 'union'; readonly of: readonly TypeNode[] };

/** A property of an object type. */
export interface TypeMember {
  readonly name: string;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  /** What its comment says, line by line. */
  readonly about: readonly string[];
}

/** A type by its name. */
export function named(text: string): TypeNode {
  return { kind: 'name', text };
}

export const NEVER = named('never');
export const NULL = named('null');

/** One type that any of these fits: without doubles, flat, `never` when there is none. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const flat = types
    .flatMap((type) => (type.kind === 'union' ? type.of : [type]))
    .filter((type) => !(type.kind === 'name' && type.text === 'never'));
  const seen = new Set<string>();
  const distinct = flat.filter((type) => {
    const text = JSON.stringify(type);
    return !seen.has(text) && seen.add(text);
  });
  const [only, ...more] = distinct;
  if (only === undefined) return NEVER;
  return more.length === 0 ? only : { kind: 'union', of: distinct };
}

/** A type that is one of several, itself among them, is one of the others; undefined for one that is nothing but itself. */
export function withoutItself(type: TypeNode, name: string): TypeNode | undefined {
  const isItself = (one: TypeNode): boolean => one.kind === 'name' && one.text === name;
  if (type.kind !== 'union') return isItself(type) ? undefined : type;
  return unionOf(type.of.filter((one) => !isItself(one)));
}

/** Whether a type is, by its name or as one of several, a type that leads back to it: the compiler takes that for none. */
export function leadsTo(
  type: TypeNode,
  name: string,
  types: ReadonlyMap<string, TypeNode>,
  seen = new Set<string>(),
): boolean {
  if (type.kind === 'union') return type.of.some((one) => leadsTo(one, name, types, seen));
  if (type.kind !== 'name' || seen.has(type.text)) return false;
  if (type.text === name) return true;
  seen.add(type.text);
  const next = types.get(type.text);
  return next !== undefined && leadsTo(next, name, types, seen);
}
