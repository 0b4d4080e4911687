import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap } from '../../src/values.js';
import { isContained, type Verdict } from './judge.js';

const FILE = fileURLToPath(new URL('../../../test/attacks/expected.json', import.meta.url));

/** The two collections of attacks that come with the source. */
export type Collection = 'corpus' | 'own';

/** What is known not to be contained: by collection and level, each attack with the majors of Node where that is so, `sometimes` for those that vary. */
type Expected = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** How the verdicts of one level differ from what is known. */
export interface Surprises {
  /** Not contained, and not known for that. */
  readonly worse: readonly string[];
  /** Known not to be contained, and contained now. */
  readonly better: readonly string[];
}

/** Compares with what is known about the Node that runs; a major that nobody has looked at is held to everything that is known of any. */
export function surprisesOf(
  collection: Collection,
  level: string,
  verdicts: ReadonlyMap<string, Verdict>,
  major: string = process.versions.node.split('.')[0] ?? '',
): Surprises {
  const known = expectedAt(collection, level);
  const majors = new Set(Object.values(known).flatMap((text) => text.split(' ')));
  const isKnown = (name: string): boolean =>
    known[name] !== undefined && (!majors.has(major) || known[name].split(' ').includes(major));
  const worse = [...verdicts].filter(([name, verdict]) => !isContained(verdict) && !isKnown(name));
  const better = [...verdicts].filter(
    ([name, verdict]) =>
      majors.has(major) && isContained(verdict) && isKnown(name) && !known[name]?.includes('sometimes'),
  );
  return { worse: worse.map(([name]) => name), better: better.map(([name]) => name) };
}

/** What is known of one level, by the name of the attack. */
export function expectedAt(collection: Collection, level: string): Readonly<Record<string, string>> {
  const expected = JSON.parse(readFileSync(FILE, 'utf8')) as Expected;
  const found: unknown = expected[collection]?.[level];
  if (!isMap(found)) throw new Error(`test/attacks/expected.json says nothing of ${collection} at ${level}`);
  return found as Readonly<Record<string, string>>;
}
