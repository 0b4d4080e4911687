import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { blocksOf, isShown, type Block } from './page-blocks.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/guide.md'), 'utf8');
const CLI = join(ROOT, 'dist/lib/cli.cjs');
/** What `npm install` of the guide puts into the project. */
const INSTALLED = ['@types/node', 'undici-types', 'tsx', 'typescript'];

/** A shell that a reader of the guide works in: commands run one block after another, each where the last one has left off. */
class Reader {
  readonly #home: string;
  #folder: string;

  constructor(home: string) {
    this.#home = home;
    this.#folder = home;
  }

  get folder(): string {
    return this.#folder;
  }

  write({ file = '', text }: Block): void {
    const path = join(this.#folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs the commands of a block; the first that fails ends it. Standard output comes back, and everything is in the error of a failure. */
  async run({ text: commands, line }: Block): Promise<string> {
    const place = join(this.#home, 'place');
    // What npm would fetch is linked instead: no test needs a registry.
    const npm = `npm() { case $1 in install|i) node ${join(this.#home, 'link.cjs')};; *) command npm "$@";; esac; }`;
    const child = spawn('bash', ['-c', `set -euo pipefail\n${npm}\n${commands}\npwd > ${place}`], {
      cwd: this.#folder,
      env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (code !== 0)
      throw new Error(`docs/guide.md:${line} ends with ${String(code)}:\n${commands}\n${stdout}\n${stderr}`);
    this.#folder = readFileSync(place, 'utf8').trim();
    return stdout;
  }
}

function prepare(home: string): void {
  const link = `
const { existsSync, mkdirSync, symlinkSync } = require('node:fs');
const { dirname, join } = require('node:path');
const links = ${JSON.stringify([['phlow', ROOT], ['.bin/phlow', CLI], ...[...INSTALLED, '.bin/tsc'].map((name) => [name, join(ROOT, 'node_modules', name)])])};
for (const [name, to] of links) {
  const at = join('node_modules', name);
  if (existsSync(at)) continue;
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(to, at);
}`;
  writeFileSync(join(home, 'link.cjs'), link);
}

describe('docs/guide.md', () => {
  const blocks = blocksOf(GUIDE);

  test('has only files, commands and what they print', () => {
    const other = blocks.filter(
      ({ language, file }) => !['bash', 'text'].includes(language) && file === undefined,
    );
    expect(other.map(({ line }) => line)).toEqual([]);
  });

  test(
    'can be followed from its first line to its last',
    () =>
      withFolder(async (home) => {
        prepare(home);
        const reader = new Reader(home);
        let printed = '';
        for (const block of blocks) {
          if (block.file !== undefined) reader.write(block);
          else if (block.language === 'bash') printed = await reader.run(block);
          else if (block.isNext && !isShown(printed, block.text))
            throw new Error(
              `docs/guide.md:${block.line} shows\n${block.text}\nand the command prints\n${printed}`,
            );
          else if (block.text.startsWith('memo/\n')) {
            const named = [...block.text.matchAll(/^[├└]── (\S+)/gm)].map(([, name = '']) => name);
            expect(named.filter((name) => !existsSync(join(reader.folder, name)))).toEqual([]);
          }
        }
      }),
    300_000,
  );
});
