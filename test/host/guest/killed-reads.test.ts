import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createHost } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

jest.setTimeout(120_000);

const MODULE = {
  'reader/phlow.yaml':
    'name: reader\nversion: 1.0.0\nentry: index.mjs\nlimits: { reply: 16MiB }\npermissions:\n  fs: { read: ["$DATA"] }\n',
  'reader/index.mjs': `export default async ({ input }, { fs }) => {
  const read = async () => (await fs.readBytes('$DATA/large')).length;
  if (input === 'one') return read();
  const reads = Array.from({ length: 8 }, read);
  reads.forEach((one) => one.catch(() => undefined));
  setTimeout(() => { throw new Error('ends'); }, 0);
  return new Promise(() => undefined);
};
`,
};

const LARGE = 8 * 1_048_576;

test.each(['sandboxed', 'isolated'] as const)(
  'what the host held for an instance that ended in the middle of large reads is there for the next one at %s',
  (isolation) =>
    withFolder(async (folder) => {
      writeFiles(folder, { ...MODULE, 'data/large': '' });
      writeFileSync(join(folder, 'data/large'), Buffer.alloc(LARGE, 1));
      const host = await createHost({ log: () => undefined });
      try {
        const module = await host.load(join(folder, 'reader'), {
          isolation,
          restart: { maxRestarts: 5, backoffMs: 1 },
          grant: { fs: { read: { $DATA: join(folder, 'data') } } },
        });
        for (let i = 0; i < 2; i++) {
          await expect(module.call('many')).rejects.toMatchObject({ code: 'PHLOW_MODULE_CRASHED' });
          expect(await module.call('one')).toBe(LARGE);
        }
      } finally {
        await host.close();
      }
    }),
);
