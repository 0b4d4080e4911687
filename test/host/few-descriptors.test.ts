import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const LIBRARY = new URL('../../src/index.js', import.meta.url).href;

/** A host that loads an isolated module and prints what came of it. */
const HOST = `
import { createHost } from ${JSON.stringify(LIBRARY)};
const host = await createHost({ logLevel: 'off' });
try {
  const module = await host.load('echo', { isolation: 'isolated' });
  console.log(await module.call('answered'));
} catch (error) {
  console.log(error.code, error.message);
}
await host.close();
`;

function run(shell: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const command = `${shell}; exec "$0" --input-type=module -e "$1"`;
  return spawnSync('bash', ['-c', command, process.execPath, HOST], { encoding: 'utf8' });
}

describe('a host that was handed a descriptor', () => {
  test('does not hand it on to the process of a module', () => {
    expect(run('exec 500</dev/null')).toMatchObject({ status: 0, stdout: 'answered\n', stderr: '' });
  });

  test('beyond the limit of open files refuses to start one, with a code and what to do', () => {
    const { status, stdout, stderr } = run('exec 500</dev/null; ulimit -n 480');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^PHLOW_LOAD_FAILED .*descriptor 500 of the host .* raise the limit/);
  });
});
