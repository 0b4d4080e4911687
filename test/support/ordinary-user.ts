import { chmodSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';

const NOBODY = 54_321;

/** Runs something as a user whom modes hold: root reads everything. */
export async function asOrdinaryUser<T>(use: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await use();
  // The folder that the tests were given is root's alone.
  const before = statSync(tmpdir()).mode & 0o7777;
  chmodSync(tmpdir(), 0o1777);
  process.seteuid?.(NOBODY);
  try {
    return await use();
  } finally {
    process.seteuid?.(0);
    chmodSync(tmpdir(), before);
  }
}
