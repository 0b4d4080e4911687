import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { doctor, learn } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

test('the doctor ends when it is interrupted', async () => {
  const interruption = new AbortController();
  const examined = errorOf(doctor({ signal: interruption.signal }));
  interruption.abort();
  expect(await examined).toMatchObject({ code: 'PHLOW_CALL_CANCELLED' });
});

test('learning ends when it is interrupted, though the module is in a loop', async () => {
  await withFolder(async (app) => {
    const folder = join(app, 'spin');
    writeFiles(folder, {
      'phlow.yaml': 'name: spin\npermissions: { env: [PHLOW_TEST_SPIN] }\n',
      'index.js': 'export default () => { for (;;); };',
    });
    const interruption = new AbortController();
    const learning = errorOf(
      learn('./spin', {
        baseDir: app,
        isolation: 'sandboxed',
        inputs: [{}],
        tests: [],
        signal: interruption.signal,
      }),
    );
    interruption.abort();
    expect(await learning).toMatchObject({ code: 'PHLOW_CALL_CANCELLED' });
  });
});
