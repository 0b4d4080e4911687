import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { builtInNames } from '../../src/manifest/built-in-modules.js';
import { BUILTINS } from '../../src/phs/builtins/table.js';
import { compileProgram } from '../../src/phs/program.js';
import { toValue } from '../../src/phs/values/value.js';
import { messageOf } from '../../src/errors.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SPEC = join(ROOT, 'docs/spec');
const PAGES = readdirSync(SPEC).filter((name) => name.endsWith('.md'));
const textOf = (page: string): string => readFileSync(join(SPEC, page), 'utf8');

/** The numbers of a page's headings, in their order. */
function sectionsOf(page: string): readonly string[] {
  return [...textOf(page).matchAll(/^#{2,3} (\d+(?:\.\d+)*)\.? /gm)].map(([, number = '']) => number);
}

const SECTIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  PAGES.map((page) => [page, new Set(sectionsOf(page))]),
);

interface Reference {
  readonly page: string;
  readonly sections: readonly string[];
  readonly isWhole: boolean;
}

/** `docs/spec/flow.md 7, 9.1`: the page and the numbers behind it. In the pages themselves a link stands for the path. */
function referencesIn(text: string): readonly Reference[] {
  return [
    ...text.matchAll(/(docs\/)?(?<!')\bspec\/([a-z]+\.md)((?:,? (?:and )?\d+(?:\.\d+)*(?![\d:]))*)/gi),
  ].map(([, folder, page = '', numbers = '']) => ({
    page,
    sections: numbers.match(/\d+(?:\.\d+)*/g) ?? [],
    isWhole: folder !== undefined,
  }));
}

function linkedSectionsIn(text: string): readonly Reference[] {
  return [...text.matchAll(/\[[^\]]*\]\(([a-z]+\.md)\) (\d+(?:\.\d+)*)/g)].map(
    ([, page = '', section = '']) => ({ page, sections: [section], isWhole: true }),
  );
}

function missing(reference: Reference): boolean {
  const known = SECTIONS.get(reference.page);
  return !reference.isWhole || known === undefined || reference.sections.some((number) => !known.has(number));
}

/** Every text file of ours but the changelog, which speaks of the past. */
function files(): readonly string[] {
  const below = ['src', 'workers', 'test', 'bench', 'docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name).replaceAll('\\', '/'),
    ),
  );
  return [...readdirSync(ROOT).filter((name) => name !== 'CHANGELOG.md'), ...below]
    .filter((name) => /\.(?:ts|js|yaml|phlow|md)$/.test(name))
    .filter((name) => !/node_modules|^test\/(?:wpt\/data|docs\/spec\.test)|^bench\/results/.test(name));
}

describe('docs/spec', () => {
  test('holds each section that the code refers to', () => {
    let count = 0;
    const code = files().filter((file) => !file.endsWith('.md'));
    const wrong = code.flatMap((file) => {
      const references = referencesIn(readFileSync(join(ROOT, file), 'utf8'));
      count += references.length;
      // A page is no reference: whoever follows it should not have to search.
      return references
        .filter((one) => missing(one) || one.sections.length === 0)
        .map(({ page, sections }) => `${file}: ${page} ${sections.join(', ')}`);
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(80);
  });

  test('refers to sections of its own that exist', () => {
    const wrong = PAGES.flatMap((page) => {
      const text = textOf(page).replaceAll(/```[^]*?```/g, '');
      const own = [...text.matchAll(/[(;] ?(\d+\.\d+)(?=[);,])|\bsections? (\d+(?:\.\d+)*)/g)].map(
        ([, bare, named]) => bare ?? named ?? '',
      );
      const known = SECTIONS.get(page);
      return [
        ...own.filter((number) => known?.has(number) !== true).map((number) => `${page}: ${number}`),
        ...linkedSectionsIn(text)
          .filter(missing)
          .map((reference) => `${page}: ${reference.page} ${reference.sections.join()}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test.each(PAGES)('numbers the sections of %s without a gap', (page) => {
    const counts: number[] = [];
    for (const section of sectionsOf(page)) {
      const numbers = section.split('.').map(Number);
      counts.length = numbers.length;
      counts[numbers.length - 1] = (counts[numbers.length - 1] ?? 0) + 1;
      expect(counts).toEqual(numbers);
    }
    expect(counts.length).toBeGreaterThan(0);
  });

  test('is what code refers to, and no document from elsewhere', () => {
    const foreign = files().filter((file) =>
      /\b(?:SANDBOX|DESIGN|STYLE)\.md|\bQ-[A-Z]+-[A-Z]|\(issue \d|\bissue \d+ item/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );
    // These name behaviours of the original by the ids that its description gave them.
    const naming = /^test\/(?:conformance\/vectors\/module\.yaml|workers\/modules\/\w+\/[\w-]+\.test\.ts)$/;
    expect(foreign.filter((file) => !naming.test(file))).toEqual([]);
    expect(foreign.length).toBeGreaterThan(1);
  });
});

describe('docs/spec/phs.md', () => {
  const lines = [...textOf('phs.md').matchAll(/^```phs\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );

  test.each(lines)('%s', (line) => {
    const at = line.lastIndexOf(' // ');
    const expected = line.slice(at + 4);
    const run = (): unknown => toValue(compileProgram(line.slice(0, at)).run({}));
    const failure = /^error: (.*)$/.exec(expected)?.[1];
    if (failure === undefined) {
      expect(run()).toEqual(JSON.parse(expected));
      return;
    }
    let message = 'no error';
    try {
      run();
    } catch (error) {
      message = messageOf(error);
    }
    expect(message).toContain(failure);
  });

  test('names every function that there is', () => {
    const text = textOf('phs.md');
    const functions = text.slice(text.indexOf('\n## 11.'), text.indexOf('\n## 12.'));
    const words = new Set(functions.match(/[A-Za-z_]\w*/g));
    expect(BUILTINS.names().filter((name) => !words.has(name))).toEqual([]);
  });
});

test('docs/spec/modules.md has a section for each built-in module', () => {
  const headings = [...textOf('modules.md').matchAll(/^## \d+\. (\w+)$/gm)].map(([, name]) => name);
  expect(builtInNames().filter((name) => !headings.includes(name))).toEqual([]);
});
