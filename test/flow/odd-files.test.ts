import { describe, expect, test } from '@jest/globals';
import { openFlow } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

async function run(bytes: string | Uint8Array): Promise<unknown> {
  const isPlain = typeof bytes === 'string' && /^\uFEFF[{]/.test(bytes);
  const name = isPlain ? 'main.json' : 'main.phlow';
  return withFolder(async (dir) => {
    mkdirSync(join(dir, 'folder.phlow'));
    writeFileSync(join(dir, 'part.phlow'), '\uFEFF  - payload: payload + 1\n');
    writeFileSync(join(dir, name), bytes);
    await using flow = await openFlow(join(dir, name), { log: () => undefined });
    return await flow.run({ timeoutMs: 200 });
  });
}

const ENDLESS = 'steps:\n  - id: a\n    payload: 1\n    to: a\n';

describe('a file that is odd works:', () => {
  test.each<[string, string, unknown]>([
    ['one with a byte order mark', '\uFEFFsteps:\n  - payload: 1 + 2\n', 3],
    ['one whose part has a byte order mark', 'steps:\n  - payload: 1\n!include part\n', 2],
    ['JSON with a byte order mark', '\uFEFF{"steps": [{"payload": 1}]}', 1],
    ['one with lines ended as on Windows', 'steps:\r\n  - payload: |\r\n      a\r\n      b\r\n', 'a\nb\n'],
    ['one with a key that stands twice', 'steps: [{ payload: 1 }]\nsteps: [{ payload: 2 }]\n', 2],
    [
      'one with names from all over the world',
      'steps:\n  - id: größe\n    payload: 値\n  - payload: steps["größe"]\n',
      '値',
    ],
    [
      'one with a payload of megabytes',
      `steps:\n  - payload: "${'x'.repeat(2_000_000)}"\n  - payload: payload.len()\n`,
      2_000_000,
    ],
    [
      'one whose id is __proto__',
      'steps:\n  - id: __proto__\n    payload: 1\n  - payload: steps.__proto__\n',
      1,
    ],
  ])('%s', async (_, bytes, result) => {
    expect(await run(bytes)).toEqual(result);
  });
});

describe('a file that is wrong is refused with a code and a place:', () => {
  test.each<[string, string | Uint8Array, string, number]>([
    ['an empty one', '', 'PHLOW_FLOW_INVALID', 1],
    ['one of comments', '# only\n# comments\n', 'PHLOW_FLOW_INVALID', 1],
    ['one that is a list', '- payload: 1\n', 'PHLOW_FLOW_INVALID', 1],
    ['one indented with tabs', 'steps:\n\t- payload: 1\n', 'PHLOW_FLOW_SYNTAX', 2],
    ['one of two documents', 'steps: []\n---\nsteps: []\n', 'PHLOW_FLOW_SYNTAX', 2],
    ['one with an open quote', 'steps:\n  - payload: "open\n', 'PHLOW_FLOW_SYNTAX', 2],
    ['an unknown target', 'steps:\n  - to: nowhere\n', 'PHLOW_FLOW_INVALID', 2],
    ['steps that are text', 'steps: hello\n', 'PHLOW_FLOW_INVALID', 1],
    ['an include of nothing', 'steps:\n  !include nothing\n', 'PHLOW_FLOW_INCLUDE', 2],
    ['an include of a folder', 'steps:\n  !include folder.phlow\n', 'PHLOW_FLOW_UNREADABLE', 2],
    ['an endless loop, by its timeout', ENDLESS, 'PHLOW_FLOW_TIMED_OUT', 2],
  ])('%s', async (_, bytes, code, line) => {
    expect(await errorOf(run(bytes))).toMatchObject({ code, place: { line } });
  });

  test('a second document in our own words', async () => {
    expect((await errorOf(run('steps: []\n---\nsteps: []\n'))).message).toMatch(
      /a second document begins; a flow is one/,
    );
  });

  test.each([
    ['Latin-1', Buffer.from('steps:\n  - payload: "café"\n', 'latin1')],
    ['UTF-16', Buffer.from('\uFEFFsteps:\n  - payload: 1\n', 'utf16le')],
    ['no text at all', Buffer.from([0, 255, 1, 254])],
  ])('%s, by its name, since no line of it can be read', async (_, bytes) => {
    const failure = await errorOf(run(bytes));
    expect(failure).toMatchObject({ code: 'PHLOW_FLOW_UNREADABLE' });
    expect(failure.message).toMatch(/main\.phlow": it is no UTF-8 text; save it as UTF-8/);
  });
});
