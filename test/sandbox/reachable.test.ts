import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const PROOF = fileURLToPath(new URL('./proof/main.js', import.meta.url));

/** Runs the proof in a process of its own: at the end of the stack Node prints past every stream that a test could read. */
function prove(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROOF, ...args], (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), printed: stdout });
    });
  });
}

describe.each(['--thread', '--process'])('what a module in a compartment can reach (%s)', (container) => {
  test('is of its own realm, on the permit list or made by our code; it cannot change what it shares', async () => {
    const { code, printed } = await prove(container);
    expect(printed).toMatch(/complaints: 0; changeable: 0\n$/);
    expect(code).toBe(0);
  }, 120_000);
});

test('whatever of Node is let into the realm is noticed', async () => {
  const { printed } = await prove('--thread', '--mutations');
  expect(printed.match(/let in: \w+: noticed/g)).toHaveLength(8);
}, 300_000);
