import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFlow } from '../../src/runtime.js';

const PAGE = fileURLToPath(new URL('../../../docs/flows.md', import.meta.url));

interface Block {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** The YAML blocks of the page: whole flows, files they use (`file NAME`), and flows that fail (`fails CODE`). */
async function yamlBlocks(): Promise<Block[]> {
  const page = await readFile(PAGE, 'utf8');
  return [...page.matchAll(/^(`{3,})yaml(.*)\n([^]*?)^\1$/gm)].map((match) => ({
    info: (match[2] ?? '').trim(),
    text: match[3] ?? '',
    line: page.slice(0, match.index).split('\n').length,
  }));
}

const blocks = await yamlBlocks();
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
  const flow = await openFlow({ text, baseDir: dir }, { log: () => undefined, packagesDir: dir });
  try {
    const { total, results } = await flow.test();
    expect(total).toBeGreaterThan(0);
    return results.filter(({ passed }) => !passed).map(({ message }) => message);
  } finally {
    await flow.close();
  }
}

async function fails(text: string): Promise<unknown> {
  const flow = await openFlow({ text, baseDir: dir }, { log: () => undefined });
  try {
    return await flow.run();
  } finally {
    await flow.close();
  }
}

describe('docs/flows.md', () => {
  test('has flows to run', () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  test.each(blocks.filter(({ info }) => !info.startsWith('file ')))(
    'holds at line $line what it says',
    async ({ info, text }) => {
      if (info.startsWith('fails ')) {
        await expect(fails(text)).rejects.toMatchObject({ code: info.slice('fails '.length) });
      } else {
        expect(await failures(text)).toEqual([]);
      }
    },
  );
});
