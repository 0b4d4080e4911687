import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../examples/deaths/main.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/supervision.md', import.meta.url));

/** What differs from run to run, from machine to machine, and between versions of Node. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b\d+ ms\b/g, 'N ms'],
  [/\b\d+ bytes\b/g, 'N bytes'],
  [/^ {2}(heap \d+ MB|CPU N ms)\n/gm, ''],
  // Where in the loop it was paused, and what the loop had come to.
  [/index\.js:(19|20|21):\d+/g, 'index.js:LOOP'],
  [/(value|rest) = .*/g, '$1 = N'],
];

function masked(text: string): string {
  return VOLATILE.reduce((all, [pattern, mask]) => all.replace(pattern, mask), text).trim();
}

/** The texts below headings, by heading. */
function sections(text: string, heading: RegExp): Map<string, string> {
  const [, ...parts] = text.split(heading);
  const found = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) found.set(parts[i] ?? '', masked(parts[i + 1] ?? ''));
  return found;
}

let printed: Map<string, string>;
let documented: Map<string, string>;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN]);
  printed = sections(stdout, /^# (.*)\n/m);
  const page = await readFile(PAGE, 'utf8');
  const blocks = page.matchAll(/^_(.*)_:\n\n```text\n([^]*?)^```/gm);
  documented = new Map([...blocks].map(([, heading = '', text = '']) => [heading, masked(text)]));
}, 60_000);

describe('docs/supervision.md', () => {
  test.each([
    'an error that nobody caught',
    'a promise whose rejection nobody handled',
    'process.exit',
    'out of memory',
    'a loop without end',
    'again and again',
    'while it is loaded',
  ])('shows what a real run prints of: %s', (way) => {
    expect(printed.get(way)).toContain('rates');
    expect(documented.get(way)).toBe(printed.get(way));
  });

  test('shows every death of the example and no other', () => {
    expect([...documented.keys()]).toEqual([...printed.keys()]);
  });
});
