const REMOTE = 'refers to a schema elsewhere: a manifest stands alone, nothing is fetched';
const FORMAT = 'the patterns of ajv-formats are wider or narrower than the RFC here';
const INTERNATIONAL = 'international names are not checked: the format is a note for readers';
const ITEMS =
  'ajv counts the items that `contains` and the branches of `anyOf` have evaluated whether these hold or not';
const MISSPELT = 'a keyword that nobody knows is reported as a spelling mistake';

/** Cases of the JSON Schema Test Suite that do not hold, by the beginning of `file: group: case`, and why. */
const EXCEPTIONS: readonly (readonly [start: string, reason: string])[] = [
  ['refRemote.json', REMOTE],
  ['dynamicRef.json: strict-tree schema', REMOTE],
  ['dynamicRef.json: tests for implementation dynamic anchor', REMOTE],
  ['dynamicRef.json: $ref and $dynamicAnchor are independent', REMOTE],
  ['dynamicRef.json: $ref to $dynamicRef finds detached', REMOTE],
  ['optional/cross-draft.json', REMOTE],
  ['vocabulary.json: schema that uses custom metaschema', REMOTE],
  ['format.json', 'formats are checked: who writes one in a manifest means it'],
  [
    'default.json',
    'defaults are filled in, so a default that breaks its own rules is an error in the manifest',
  ],
  ['enum.json: empty enum', 'an empty enum lets nothing pass and is reported as an error in the manifest'],
  ['properties.json: properties whose names are Javascript object', '`__proto__` is no name in a manifest'],
  ['unevaluatedItems.json: unevaluatedItems with nested items', ITEMS],
  ['unevaluatedItems.json: unevaluatedItems depends on', ITEMS],
  ['unevaluatedItems.json: unevaluatedItems and contains', ITEMS],
  ['unevaluatedItems.json: unevaluatedItems with minContains = 0', ITEMS],
  ['unevaluatedItems.json: unevaluatedItems can see annotations from if', ITEMS],
  ['optional/refOfUnknownKeyword.json', MISSPELT],
  ['optional/unknownKeyword.json', MISSPELT],
  ['optional/format/idn-', INTERNATIONAL],
  ['optional/format/iri', INTERNATIONAL],
  ['optional/format/hostname.json: validation of A-label', INTERNATIONAL],
  ['optional/format/date-time.json', FORMAT],
  ['optional/format/duration.json', FORMAT],
  ['optional/format/email.json', FORMAT],
  ['optional/format/hostname.json', FORMAT],
  ['optional/format/uri', FORMAT],
  ['optional/format/uuid.json', FORMAT],
];

/** Why a case need not hold; undefined when it must. */
export function exceptionFor(name: string): string | undefined {
  return EXCEPTIONS.find(([start]) => name.startsWith(start))?.[1];
}
