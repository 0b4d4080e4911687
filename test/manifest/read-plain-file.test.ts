import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readManifest } from '../../src/host/load/read-manifest.js';
import { readPlainFile } from '../../src/manifest/read-plain-file.js';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-plain-'));
  writeFileSync(at('text'), 'twelve bytes');
  writeFileSync(at('huge'), '');
  truncateSync(at('huge'), 2 ** 40);
  symlinkSync('/dev/zero', at('endless'));
  execFileSync('mkfifo', [at('pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of a module that the host reads', () => {
  test('is read when it is one', async () => {
    expect((await readPlainFile(at('text'), 12)).toString()).toBe('twelve bytes');
  });

  test.each([
    ['text', 'it has more than 11 bytes'],
    ['huge', 'it has more than 11 bytes'],
    ['endless', 'it is not a regular file'],
    ['pipe', 'it is not a regular file'],
  ])('is refused, and nothing waits for it: %s', async (name, reason) => {
    await expect(readPlainFile(at(name), 11)).rejects.toMatchObject({
      code: 'PHLOW_LOAD_FAILED',
      message: `Cannot read ${at(name)}: ${reason}`,
    });
  });

  // A file of the kernel's says that it is empty, whatever it holds.
  (existsSync('/proc/self/status') ? test : test.skip)('is bounded while it is read', async () => {
    symlinkSync('/proc/self/status', at('status'));
    expect((await readPlainFile(at('status'), 1_048_576)).toString()).toContain('VmHWM');
    await expect(readPlainFile(at('status'), 10)).rejects.toMatchObject({
      details: { reason: 'it has more than 10 bytes' },
    });
  });

  test('is refused as a manifest when it is a pipe', async () => {
    await expect(readManifest(at('pipe'))).rejects.toMatchObject({ code: 'PHLOW_MANIFEST_UNREADABLE' });
  });
});
