import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFlow } from '../../src/runtime/flow.js';
import { testFlow } from '../../src/runtime/tests/test-flow.js';

const PAGES = ['flows.md', 'testing.md', 'spec/flow.md'];

interface Block {
  readonly page: string;
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** The YAML blocks of a page: whole flows, files they use (`file NAME`), and flows that fail (`fails CODE`). */
async function yamlBlocks(page: string): Promise<Block[]> {
  const content = await readFile(fileURLToPath(new URL(`../../../docs/${page}`, import.meta.url)), 'utf8');
  return [...content.matchAll(/^(`{3,})yaml(.*)\n([^]*?)^\1$/gm)].map((match) => ({
    page,
    info: (match[2] ?? '').trim(),
    text: match[3] ?? '',
    line: content.slice(0, match.index).split('\n').length,
  }));
}

const blocks = (await Promise.all(PAGES.map(yamlBlocks))).flat();
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'phlow-docs-'));
  await mkdir(dir, { recursive: true });
  for (const { info, text } of blocks) {
    if (info.startsWith('file ')) await writeFile(join(dir, info.slice('file '.length)), text);
  }
});

afterAll(() => rm(dir, { recursive: true, force: true }));

async function failures(text: string): Promise<string[]> {
  const options = { log: () => undefined, packagesDir: dir };
  const { total, results } = await testFlow({ text, baseDir: dir }, options);
  expect(total).toBeGreaterThan(0);
  return results.filter(({ passed }) => !passed).map(({ message }) => message);
}

async function fails(text: string): Promise<unknown> {
  const flow = await openFlow({ text, baseDir: dir }, { log: () => undefined });
  try {
    return await flow.run();
  } finally {
    await flow.close();
  }
}

describe('docs', () => {
  test.each(PAGES)('%s has flows to run', (page) => {
    expect(blocks.filter((block) => block.page === page).length).toBeGreaterThan(
      page.startsWith('spec/') ? 0 : 5,
    );
  });

  test.each(blocks.filter(({ info }) => !info.startsWith('file ')))(
    '$page holds at line $line what it says',
    async ({ info, text }) => {
      if (info.startsWith('fails ')) {
        await expect(fails(text)).rejects.toMatchObject({ code: info.slice('fails '.length) });
      } else {
        expect(await failures(text)).toEqual([]);
      }
    },
  );
});
