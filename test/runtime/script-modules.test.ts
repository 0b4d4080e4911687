import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFlow } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** Answers nobody before four have asked. */
const BARRIER = {
  'barrier/phlow.yaml': 'name: barrier\ninput: { type: any }',
  'barrier/index.js': `
    const waiting = [];
    export default ({ input }) => new Promise((resolve) => {
      waiting.push(() => resolve(input));
      if (waiting.length === 4) for (const go of waiting.splice(0)) go();
    });`,
} as const;

const SCRIPT = 'modules:\n  - module: ../barrier\nsteps:\n  - use: barrier\n    input: !phs main * 10\n';
const EACH = `modules:
  - module: ./script
steps:
  - for_each:
      in: [1, 2, 3, 4]
      at_once: 4
      steps:
        - use: script
          input: !phs item
`;

describe('a script module of the owner', () => {
  test('has runs that go on beside each other, each with a result of its own', async () => {
    await withFolder(async (app) => {
      writeFiles(app, { ...BARRIER, 'script/module.phlow': SCRIPT, 'main.phlow': EACH });
      await using flow = await openFlow(join(app, 'main.phlow'));
      // One after the other they would wait for ever.
      expect(await flow.run({ timeoutMs: 20_000 })).toEqual([10, 20, 30, 40]);
    });
  });
});
