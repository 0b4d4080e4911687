import { isMap } from '../../../../src/values.js';

type Part = Readonly<Record<string, unknown>>;

/** References that lead on to references. */
const MAX_REFERENCES = 32;

/** What a part of the document is behind its reference; undefined where that leads nowhere in the document. */
export function resolved(document: Part, part: unknown): unknown {
  let found = part;
  for (let i = 0; i < MAX_REFERENCES; i++) {
    const reference: unknown = isMap(found) ? found['$ref'] : undefined;
    if (reference === undefined) return found;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
    found = reference
      .slice(2)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>(
        (at, name) =>
          typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Part)[name] : undefined,
        document,
      );
  }
  return undefined;
}
