import { expect, test } from '@jest/globals';
import { withFolder } from '../../support/temporary-folder.js';
import { withHost } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const FILES = {
  'phlow.yaml': 'name: counter\noutput: { type: integer, required: true }\n',
  'index.js': `
    async function* stream() { yield 1; yield 2; }
    export default function ({ input }, { clock }) {
      if (input === 'stream') return stream();
      return input === 'sleep' ? clock.sleep(100).then(() => 7) : undefined;
    }
  `,
};

test.each(['trusted', 'sandboxed'] as const)(
  'what ends a stream and what moves the clock at %s is no output, which a reply still has to be',
  async (isolation) => {
    await withFolder(async (folder) => {
      writeFiles(folder, FILES);
      await withHost(async (host) => {
        const module = await host.load<string>(folder, { isolation, clock: 'manual', checkOutput: true });
        const items: unknown[] = [];
        for await (const item of module.stream('stream')) items.push(item);
        expect(items).toEqual([1, 2]);
        const sleeping = module.call('sleep');
        await module.clock.advance(100);
        expect(await sleeping).toBe(7);
        // The number of a package that had none may be given to one that must have some.
        for (let i = 0; i < 10; i++)
          await expect(module.call('wrong')).rejects.toMatchObject({ code: 'PHLOW_OUTPUT_INVALID' });
      });
    });
  },
);
