import { describe, expect, test } from '@jest/globals';
import { look } from './look.js';
import { SUBJECTS } from './subjects.js';

/** Far more than a look takes, on any machine: a look that needs it does not end. */
const HUNG_MS = 25_000;

/** One of each kind; `npm run looking` has them all, with every command. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  'a pattern that backtracks, a literal input': ['check'],
  'an import of the kernel log': ['check', 'graph'],
  'an import of a pipe': ['check'],
  'an import of what is typed': ['check'],
  'a flow that is a pipe': ['check'],
  'a flow of a terabyte': ['audit'],
  'a manifest that is a pipe': ['permissions'],
  'one line of 15 MB': ['check'],
  'a lock file that is a pipe': ['audit', 'lock'],
  'a claim of the lock file that is a pipe': ['lock'],
  'a test of the package that is a pipe': ['learn'],
  'a thousand such patterns': ['check'],
  'a dependency on the folder above': ['check', 'permissions'],
};

describe('looking at what somebody else has written runs none of it and ends', () => {
  test.each(Object.entries(QUICK))('%s: %j', async (name, commands) => {
    const subject = SUBJECTS.find((candidate) => candidate.name === name);
    if (subject === undefined) throw new Error(`there is no subject "${name}"`);
    for (const { code, hasRun, output } of await look(subject, commands, HUNG_MS)) {
      expect(code).toBeDefined();
      expect(hasRun).toBe(false);
      // Nothing that only somebody who has read our code could understand.
      expect(output).not.toMatch(/^\s+at .*\.js:\d+/m);
    }
  });

  test('a flow with thousands of findings says each once, with its place', async () => {
    const subject = SUBJECTS.find(({ name }) => name === '8 000 equal ids');
    const [look1] = await look(subject as (typeof SUBJECTS)[number], ['check'], HUNG_MS);
    expect(look1?.output.match(/two steps have the id "same"/g)).toHaveLength(7_999);
  });
});
