import { isMap, textOf } from '../values.js';

/** What the placeholders of a manifest's own message stand for. */
export interface MessageFacts {
  /** The offending value, as far as it may be shown. */
  readonly value: () => unknown;
  /** The property that is missing or must not be there; empty when the keyword is not about one. */
  readonly property: string;
  /** The last segment of the path to the offending value. */
  readonly field: string;
  /** What stands under a name in the whole value, as far as it may be shown. */
  readonly member: (name: string) => unknown;
}

const PLACEHOLDER = /\{(value|property|field|input\.([^{}]+))\}/g;

/**
 * The text that a schema's `messages` has for `keyword`, with `{value}`, `{property}`, `{field}` and `{input.NAME}` filled in; undefined
 * when it has none. The entry of a keyword may be a mapping from the property's name to its text.
 */
export function ownMessage(schema: unknown, keyword: string, facts: MessageFacts): string | undefined {
  const messages = isMap(schema) ? memberOf(schema, 'messages') : undefined;
  if (!isMap(messages)) return undefined;
  const entry = memberOf(messages, keyword);
  const text = isMap(entry) ? memberOf(entry, facts.property) : entry;
  if (typeof text !== 'string') return undefined;
  return text.replace(PLACEHOLDER, (_, placeholder: string, member: string | undefined) => {
    switch (placeholder) {
      case 'value':
        return textOf(facts.value());
      case 'property':
        return facts.property;
      case 'field':
        return facts.field;
      default:
        return textOf(facts.member(member ?? ''));
    }
  });
}

function memberOf(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
