import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { builtInNames } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { blocksOf, embedExample } from './readme-blocks.js';

jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The arguments of the commands of a block, without comments and \`npx phlow\`. */
function commandsIn(block: string): readonly string[][] {
  return block
    .split('\n')
    .filter((line) => line.startsWith('npx phlow '))
    .map((line) =>
      [...line.slice('npx phlow '.length).matchAll(/'([^']*)'|(\S+)/g)].map(
        (part) => part[1] ?? part[2] ?? '',
      ),
    );
}

describe('the README', () => {
  test('embeds the host in a few lines that print what it says', async () => {
    const { code, output } = embedExample();
    const { stdout } = await withFolder(async (folder) => {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(ROOT, join(folder, 'node_modules', 'phlow'));
      writeFiles(folder, { 'embed.mjs': code });
      return promisify(execFile)(process.execPath, [join(folder, 'embed.mjs')]);
    });
    expect(stdout).toBe(output);
  });

  test('shows the report of a hang as the example prints it', async () => {
    const [report = ''] = blocksOf('When a module hangs');
    const example = join(ROOT, 'dist/examples/hang/main.js');
    const { stdout } = await promisify(execFile)(process.execPath, [example]);
    // The loop is stopped anywhere in its body.
    const withoutColumns = (text: string): string =>
      text.replaceAll(ROOT, '').replaceAll(/:\d+:\d+|"[a-z= 0-9]*"|= \d+/g, '…');
    const lines = withoutColumns(report).trimEnd().split('\n');
    expect(withoutColumns(stdout).split('\n').slice(0, lines.length)).toEqual(lines);
  });

  test('makes a module of two files that can be called', async () => {
    const [manifest = '', code = '', commands = ''] = blocksOf('A module in two files');
    await withFolder(async (cwd) => {
      writeFiles(cwd, { 'greet/phlow.yaml': manifest, 'greet/index.mjs': code });
      const [command = []] = commandsIn(commands);
      const { code: exitCode, stdout } = await runPhlow(command, { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Hello, Ann\n' });
    });
  });

  test('shows a flow that runs, checks and passes its test', async () => {
    const [flow = '', commands = ''] = blocksOf('A flow');
    await withFolder(async (cwd) => {
      writeFiles(cwd, { 'flow.phlow': flow });
      const ended = [];
      for (const command of commandsIn(commands)) ended.push(await runPhlow(command, { cwd }));
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(ended[0]?.stdout).toBe('none\n');
    });
  });
});

test('npm ci warns of no install script: package.json says of each whether it runs', () => {
  interface Lock {
    readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly allowScripts: Readonly<Record<string, boolean>>;
  };
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(withScript.sort()).toEqual(Object.keys(allowScripts).sort());
});

test.each(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/glossary.md'])(
  'the links of %s lead somewhere',
  (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(ROOT, page, '..', link)))).toEqual([]);
  },
);

test.each(['README.md', 'docs/glossary.md'])('%s names the built-in modules', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const [, list = ''] = /built-in (?:name \(|module\*\* \| )((?:`\w+`(?:, )?)+)/.exec(text) ?? [];
  expect([...list.matchAll(/\w+/g)].map(String).sort()).toEqual([...builtInNames()].sort());
});

test.each(['docs/architecture.md', 'CONTRIBUTING.md', 'docs/glossary.md'])(
  'the files that %s names are there',
  (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const names = [...text.matchAll(/`((?:src|workers|test|docs)\/[\w./-]+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  },
);
