import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The anchors that a page's headings have, as repositories on the web make them, and those that stand in it. */
function anchorsOf(path: string): ReadonlySet<string> {
  const text = withoutCode(readFileSync(path, 'utf8'));
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^(`{3,})[^]*?^\1/gm, '');
}

const PAGES = [
  ...readdirSync(ROOT),
  ...['docs', 'bench', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
].filter((name) => name.endsWith('.md') && !name.includes('node_modules'));

test.each(PAGES)('every link of %s leads to a file and a heading that are there', (page) => {
  const path = join(ROOT, page);
  const dead = [...withoutCode(readFileSync(path, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? path : join(dirname(path), file);
      if (relative(ROOT, full).startsWith('..') || !existsSync(full)) return true;
      return anchor !== undefined && !anchorsOf(full).has(anchor);
    });
  expect(dead).toEqual([]);
});
