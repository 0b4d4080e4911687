import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const TEXT = readFileSync(join(DOCS, 'llms.txt'), 'utf8');

/** Folders whose pages are listed by their README. */
const INDEXED = ['api', 'decisions'];

interface Link {
  readonly target: string;
  readonly description: string;
}

const LINKS = [...TEXT.matchAll(/^- \[[^\]]+\]\(([^)]+)\): (.+)$/gm)].map(
  ([, target = '', description = '']): Link => ({ target, description }),
);

describe('docs/llms.txt', () => {
  test('has the form of https://llmstxt.org: a title, a summary, sections of links with a description each', () => {
    expect(TEXT).toMatch(/^# phlow\n\n> .+\n\n[^#\n].*\n\n## /);
    const lines = TEXT.split('\n').filter((line) => line.startsWith('-'));
    expect(LINKS).toHaveLength(lines.length);
  });

  test('links to what is there', () => {
    expect(LINKS.map(({ target }) => target).filter((target) => !existsSync(join(DOCS, target)))).toEqual([]);
  });

  test('names each page once', () => {
    const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.md'))
      .filter(
        (name) => !INDEXED.some((folder) => name.startsWith(`${folder}/`) && name !== `${folder}/README.md`),
      );
    const linked = LINKS.map(({ target }) => target).filter((target) => !target.startsWith('../'));
    expect(linked.toSorted()).toEqual(pages.toSorted());
  });
});
