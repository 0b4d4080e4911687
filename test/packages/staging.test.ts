import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { stagedBeside, stagedIn } from '../../src/packages/staging.js';
import { withFolder } from '../support/temporary-folder.js';

test.each(['.', '..', '.hidden'])(
  'a folder that claims to be about "%s" is nothing that an install has left',
  (own) =>
    withFolder(async (home) => {
      const packages = join(home, 'phlow_packages');
      const real = stagedBeside(join(packages, 'greet.er'), 'old');
      mkdirSync(real, { recursive: true });
      mkdirSync(join(packages, basename(real).replace('greet.er', own)));
      expect(await stagedIn(home)).toMatchObject([
        { kind: 'old', folder: real, target: join(packages, 'greet.er') },
      ]);
    }),
);
