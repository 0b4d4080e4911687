import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const PROOF = fileURLToPath(new URL('./proof/main.js', import.meta.url));

/** Runs the proof in a process of its own: at the end of the stack Node prints past every stream that a test could read. */
async function prove(
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly printed: string }> {
  const child = spawn(process.execPath, [PROOF, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, printed };
}

describe.each(['--thread', '--process'])('what a module in a compartment can reach (%s)', (container) => {
  test('is of its own realm, on the permit list or made by our code; it cannot change what it shares', async () => {
    const { code, printed } = await prove(container);
    expect(printed).toMatch(/complaints: 0; changeable: 0\n$/);
    expect(code).toBe(0);
  }, 120_000);
});

test('whatever of Node is let into the realm is noticed', async () => {
  const { code, printed } = await prove('--thread', '--mutations');
  expect(printed.match(/let in: \w+: noticed/g)?.length).toBeGreaterThanOrEqual(7);
  expect(printed).not.toContain('NOT NOTICED');
  expect(code).toBe(0);
}, 300_000);
