import { expect, test } from '@jest/globals';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const FILES = {
  'phlow.yaml':
    'name: formats\ninput: { type: object, properties: { day: { format: date }, price: { multipleOf: 0.01 }, big: { type: integer } } }\noutput: { type: object, properties: { day: { format: date } } }\n',
  'index.mjs': 'export default ({ input }) => ({ day: input.day ?? "never" });\n',
};

test.each(LEVELS)('formats, decimal multiples and bigints are checked at level %s', (isolation) =>
  withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, FILES);
      const module = await host.load(folder, { isolation, checkOutput: true });
      const good = { day: '2024-02-29', price: 19.99, big: 2n ** 60n };
      expect(await module.call(good)).toEqual({ day: '2024-02-29' });
      const errors = [{ day: '2023-02-29' }, { price: 0.001 }, {}].map((input) =>
        errorOf(module.call(input)),
      );
      expect((await Promise.all(errors)).map(({ code }) => code)).toEqual([
        'PHLOW_INPUT_INVALID',
        'PHLOW_INPUT_INVALID',
        'PHLOW_OUTPUT_INVALID',
      ]);
    }),
  ),
);
