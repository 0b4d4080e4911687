import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { builtInNames } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

interface Listed {
  readonly name: string;
  readonly origin: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly error: { readonly code: string } | null;
}

test('phlow modules lists the built-in ones and those under phlow_packages, bad ones with their error', () =>
  withFolder(async (cwd) => {
    const packages: Record<string, string> = {
      rates: 'name: rates\nversion: 2.0.0\ndescription: Taxes\n',
      '@acme/x': 'name: x',
      broken: 'name: 3',
    };
    for (const [name, manifest] of Object.entries(packages)) {
      const folder = join(cwd, 'phlow_packages', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'phlow.yaml'), manifest);
    }
    mkdirSync(join(cwd, 'phlow_packages', 'no-manifest'));
    writeFiles(join(cwd, 'phlow_packages'), {
      'digest/module.phlow': 'steps: []\n',
      'unnamed/main.phlow': 'steps: []\n',
      'folder/module.phlow/x': '',
    });

    const { code, stdout } = await runPhlow(['modules', '--json'], { cwd });
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as Listed[];
    expect(listed.map(({ name }) => name)).toEqual([
      ...builtInNames(),
      '@acme/x',
      'broken',
      'digest',
      'rates',
    ]);
    expect(listed.at(-1)).toMatchObject({ origin: 'package', version: '2.0.0', error: null });
    expect(listed.at(-2)).toMatchObject({ origin: 'package', type: 'flow', version: null, error: null });
    expect(listed.at(-3)).toMatchObject({ version: null, error: { code: 'PHLOW_MANIFEST_INVALID' } });

    const table = await runPhlow(['modules'], { cwd });
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^rates +step +2\.0\.0 +package +Taxes$/m);
    expect(table.stdout).toMatch(/^digest +flow +- +package$/m);
  }));
