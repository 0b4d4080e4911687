import type { JsonSchema } from '../dialect.js';
import { actionMembers, discriminatorOf } from './actions.js';
import { chosen, flatten } from './flat-schema.js';

/** What may be written in an input: for who helps to write one. */
export interface InputShape {
  /** The members of any input. */
  readonly members: readonly string[];
  /** The member that says what kind of input it is, such as `action`: its name, and for each of its values the other members of that kind. */
  readonly kinds:
    { readonly name: string; readonly members: ReadonlyMap<string, readonly string[]> } | undefined;
}

/** What a manifest says of its inputs; nothing where it does not describe them. */
export function inputShape(input: JsonSchema | undefined): InputShape {
  const flat = flatten({ schema: input, at: [], filling: 'filled' });
  const members = new Set(chosen(flat).flatMap(({ properties }) => [...properties.keys()]));
  const kind = discriminatorOf(flat);
  return {
    members: [...members],
    kinds: kind && {
      name: kind.name,
      members: new Map(
        actionMembers(flat, kind).map(({ value, flat: { properties } }) => [
          value,
          [...properties.keys()].filter((name) => name !== kind.name),
        ]),
      ),
    },
  };
}
