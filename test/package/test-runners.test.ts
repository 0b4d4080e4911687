import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { ROOT } from './offline-packages.js';

/* Test runners of docs/in-your-build.md: an application's own test, which loads a built-in module and one of its own at each level. */
jest.setTimeout(180_000);

const TEST = `
import { fileURLToPath } from 'node:url';
import { createHost } from 'phlow';
let host;
beforeAll(async () => {
  host = await createHost({ logLevel: 'off' });
});
afterAll(() => host.close());
test('the cache', async () => {
  const cache = await host.load('cache');
  await cache.call({ action: 'set', key: 'a', value: 1 });
  expect(await cache.call({ action: 'get', key: 'a' })).toMatchObject({ found: true, value: 1 });
});
test.each(${JSON.stringify(LEVELS)})('our module, %s', async (isolation) => {
  const greet = await host.load(fileURLToPath(new URL('./greet', import.meta.url)), { isolation, name: isolation });
  expect(await greet.call({ name: 'Ann' })).toEqual({ text: 'Hello, Ann', bytes: new Uint8Array([1]) });
  await expect(greet.call({ name: 5 })).rejects.toMatchObject({ code: 'PHLOW_INPUT_INVALID' });
  await expect(greet.call({ name: 'nobody' })).rejects.toThrow('nobody is there');
});
`;

const FILES = {
  'greet/phlow.yaml':
    'name: greet\ninput: { type: object, properties: { name: { type: string, required: true } } }\n',
  'greet/index.mjs': `
export default ({ input: { name } }) => {
  if (name === 'nobody') throw new Error('nobody is there');
  return { text: 'Hello, ' + name, bytes: new Uint8Array([1]) };
};
`,
};

/** One for the cache, and one for each level. */
const count = LEVELS.length + 1;

/** What a runner prints about an application of these files. */
function runTests(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  flags = '',
): Promise<string> {
  return withFolder((folder) => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/phlow'));
    writeFiles(folder, { ...FILES, ...files });
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, NODE_OPTIONS: flags, NO_COLOR: '1' },
    });
    return stdout + stderr;
  });
}

describe('an application is tested by', () => {
  test('jest, as ES modules', async () => {
    const settings = '{ "type": "module", "jest": { "transform": {} } }';
    const said = await runTests(
      { 'package.json': settings, 'app.test.js': TEST },
      [join(ROOT, 'node_modules/jest/bin/jest.js')],
      '--experimental-vm-modules',
    );
    expect(said).toContain(`Tests:       ${count} passed, ${count} total`);
  });

  test.each(['forks', 'threads', 'vmThreads'])('vitest, in its pool %s', async (pool) => {
    const imports = "import { afterAll, beforeAll, expect, test } from 'vitest';";
    const said = await runTests({ 'package.json': '{ "type": "module" }', 'app.test.js': imports + TEST }, [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--pool',
      pool,
    ]);
    expect(said).toContain(`Tests  ${count} passed (${count})`);
  });
});
