import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';
import { readCases } from './cases.js';
import { runCases } from './checks/all.js';
import type { Result } from './checks/check.js';
import { reportOf } from './report.js';

const CHECKS = fileURLToPath(new URL('checks', import.meta.url));

const MODULE = {
  'phlow.yaml': 'name: wpt\n',
  'index.js':
    "import { runCases } from './checks/all.js';\nexport default ({ input }) => runCases(globalThis, input);\n",
};

describe('The cases of the web-platform-tests hold inside a guest', () => {
  test.each(['sandboxed', 'isolated'] as const)('at %s', async (isolation) => {
    await withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, MODULE);
        cpSync(CHECKS, `${folder}/checks`, { recursive: true });
        const cases = readCases();
        const module = await host.load(folder, { isolation });
        const results = (await module.call(cases)) as unknown as readonly Result[];
        const report = reportOf(results, runCases(globalThis, cases));
        expect(report.unexpected).toEqual([]);
        expect(report.passed).toBeGreaterThan(1_900);
      }),
    );
  });
});
