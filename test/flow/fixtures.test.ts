import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { isPhlowError, messageOf } from '../../src/errors.js';
import { openFlow } from '../../src/runtime/flow.js';

/**
 * Each flow of test/fixtures/flows stands for one rule, and says itself what must come of it: by its `tests`, or by a comment
 * `# fails: CODE TEXT`.
 */
const FLOWS = fileURLToPath(new URL('../../../test/fixtures/flows', import.meta.url));

const names = readdirSync(FLOWS).filter((name) => /\.(?:phlow|yaml|json)$/.test(name));

async function outcome(file: string): Promise<string[]> {
  const flow = await openFlow(file, { log: () => undefined, packagesDir: FLOWS });
  try {
    const { total, results } = await flow.test();
    expect(total).toBeGreaterThan(0);
    return results.filter(({ passed }) => !passed).map(({ message }) => message);
  } finally {
    await flow.close();
  }
}

async function failure(file: string): Promise<unknown> {
  try {
    const flow = await openFlow(file, { log: () => undefined, packagesDir: FLOWS });
    try {
      return await flow.run();
    } finally {
      await flow.close();
    }
  } catch (error) {
    return error;
  }
}

describe('the flow', () => {
  test('fixtures are many', () => {
    expect(names.length).toBeGreaterThanOrEqual(40);
  });

  test.each(names)('%s does what it says', async (name) => {
    const file = join(FLOWS, name);
    const fails = /^# fails: (\S+) ?(.*)$/m.exec(readFileSync(file, 'utf8'));
    if (fails === null) {
      expect(await outcome(file)).toEqual([]);
      return;
    }
    const error = await failure(file);
    expect(isPhlowError(error) ? error.code : error).toBe(fails[1]);
    expect(messageOf(error)).toContain(fails[2]);
    expect(isPhlowError(error) && error.place?.frame).toContain('>');
  });
});
