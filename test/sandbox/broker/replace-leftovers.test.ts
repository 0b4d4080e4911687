import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { replaceFile } from '../../../src/sandbox/broker/replace-file.js';
import { temporaryName } from '../../../src/sandbox/broker/leftovers.js';
import { withFolder } from '../../support/temporary-folder.js';

const DAY_MS = 24 * 3_600_000;

/** The number of a process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('what a killed process has left of a file is removed when another one replaces a file in that folder', () =>
  withFolder(async (folder) => {
    const ended = `.${endedPid()}.`;
    const byEnded = (): string => temporaryName().replace(`.${process.pid}.`, ended);
    const byOther = (): string => temporaryName().replace(/^(\.phlow-replace\.)[0-9a-f]{8}/, '$1ffffffff');
    const [mine, left, elsewhere, old, sub, link] = [
      temporaryName(),
      byEnded(),
      byOther(),
      byOther(),
      byEnded(),
      byEnded(),
    ];
    const similar = `x${left}`;
    for (const name of [mine, left, elsewhere, old, similar, 'state.json'])
      writeFileSync(join(folder, name), 'x');
    mkdirSync(join(folder, sub));
    symlinkSync('state.json', join(folder, link));
    const longAgo = (Date.now() - 2 * DAY_MS) / 1_000;
    utimesSync(join(folder, old), longAgo, longAgo);
    const place = { granted: folder, rest: ['state.json'], attempt: 'write' };
    const options = { mayReplace: true, makeParents: false };
    await replaceFile(place, Buffer.from('new'), options);
    // Nobody knows of the files of a process that lives, and of one on another machine, before they are old.
    expect(readdirSync(folder).sort()).toEqual([mine, elsewhere, similar, sub, link, 'state.json'].sort());
  }));
