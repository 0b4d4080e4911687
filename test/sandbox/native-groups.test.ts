import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { NATIVE_GROUPS, POWERLESS_NATIVES } from '../../workers/runtime/guest/kept-natives.js';

/** Prints the names of all native groups that Node's own code asks for. */
const ASKED = `
  const natives = process.binding('natives');
  const asked = new Set();
  for (const text of Object.values(natives))
    if (typeof text === 'string')
      for (const [, name] of text.matchAll(/internalBinding\\('(\\w+)'\\)/g)) asked.add(name);
  process.stdout.write(JSON.stringify([...asked]));
`;

/** Groups that exist only in builds of Node made for it, or only on Windows. */
const ELSEWHERE: readonly string[] = ['internal_only_v8'];

describe('the native groups of Node', () => {
  test('each is emptied, or stays with a reason', () => {
    const flags = ['--no-deprecation', '-e', ASKED];
    const asked = JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as string[];
    expect(asked.length).toBeGreaterThan(50);
    const known = new Set([...NATIVE_GROUPS, ...Object.keys(POWERLESS_NATIVES), ...ELSEWHERE]);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });
});
