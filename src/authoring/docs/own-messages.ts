import { isMap } from '../../values.js';

/** A text of a manifest for what breaks a rule of it. */
export interface OwnMessage {
  /** The property, such as `user.name`; empty for the whole. */
  readonly path: string;
  readonly keyword: string;
  readonly text: string;
}

/** Keywords that hold schemas of the same value, or of one that has no name. */
const SAME_PLACE: ReadonlySet<string> = new Set(
  'allOf anyOf oneOf not if then else prefixItems contains additionalProperties'.split(' '),
);

/** All texts that a schema has in the place of phlow's own, in the order of the file. */
export function ownMessages(schema: unknown, path = ''): readonly OwnMessage[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => ownMessages(one, path));
  if (!isMap(schema)) return [];
  const own = isMap(schema['messages']) ? schema['messages'] : {};
  const texts = Object.entries(own).flatMap(([keyword, text]) =>
    isMap(text)
      ? Object.entries(text).map(([name, one]) => ({ path: joined(path, name), keyword, text: String(one) }))
      : [{ path, keyword, text: String(text) }],
  );
  const inner = Object.entries(schema).flatMap(([keyword, held]) => {
    if (keyword === 'messages' || keyword === '$defs') return [];
    if (keyword === 'properties' && isMap(held))
      return Object.entries(held).flatMap(([name, one]) => ownMessages(one, joined(path, name)));
    if (keyword === 'items') return ownMessages(held, `${path}[]`);
    return SAME_PLACE.has(keyword) ? ownMessages(held, path) : [];
  });
  return [...texts, ...inner];
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
