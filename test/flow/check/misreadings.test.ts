import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkFlow } from '../../../src/runtime/check-flow.js';
import { withFolder } from '../../support/temporary-folder.js';

/** What is said of a flow, with line and column. */
function said(
  text: string,
  files: Readonly<Record<string, string>> = {},
  name = 'main.phlow',
): Promise<string[]> {
  return withFolder(async (folder) => {
    for (const [path, content] of Object.entries({ ...files, [name]: text })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const diagnostics = await checkFlow(join(folder, name), { packagesDir: folder });
    return diagnostics.map(({ severity, message, place }) =>
      `${severity} ${place?.line}:${place?.column} ${message}`.replaceAll(folder, ''),
    );
  });
}

describe('phlow check shows how it is written instead of', () => {
  test.each([
    [
      'a built-in module that is not declared',
      'steps:\n  - cache.get: { key: "a" }',
      'warning 2:5 steps[0] uses a module that is not declared: "cache". Declare it under "modules" with "- module: cache"',
    ],
    [
      'one whose name is a key',
      'steps:\n  - echo: 1',
      'warning 2:5 steps[0] uses a module that is not declared: "echo". Declare it under "modules" with "- module: echo"',
    ],
    [
      'any module that is not declared',
      'steps:\n  - http.get: 1',
      'warning 2:5 the key "http.get" means nothing in a step, and no module is called "http": declare it under "modules" with "- module: http"',
    ],
    [
      'a step that does nothing',
      'steps:\n  - weather: 1',
      'warning 2:5 the key "weather" means nothing in a step, and no module is called "weather": declare it under "modules" with "- module: weather"',
    ],
    [
      'a text with ${}',
      'steps:\n  - payload: "hello ${main.name}"',
      'warning 2:14 this text stays as it stands, nothing is filled in: write `hello ${main.name}`',
    ],
    [
      'a text with ${} without quotes',
      'steps:\n  - return:\n      a: [1, { b: "x ${main.name}" }]\n      c: hello ${payload}',
      'warning 4:10 this text stays as it stands, nothing is filled in: write `hello ${payload}`',
    ],
    [
      'a text with {{}} in it',
      "steps:\n  - payload: 'hello {{ main.name }}!'",
      'warning 2:14 this text stays as it stands, nothing is filled in: write `hello ${main.name}!`',
    ],
    [
      'an assignment as a condition',
      'steps:\n  - assert: main.age = 18\n    then: []',
      'warning 2:13 "=" assigns, and a condition compares: write assert: main.age == 18',
    ],
    [
      'a condition in quotes',
      'steps:\n  - assert: "main.age > 18"\n    then: []',
      'warning 2:13 a condition in quotes is text and never holds: write assert: main.age > 18',
    ],
    [
      '!phs inside of braces',
      'steps:\n  - payload: { key: !phs main.x, other: [!phs main.y] }',
      'error 2:21 steps[0]: Payload error: Compile error: values in braces are expressions already, without !phs: write { key: main.x, other: [main.y] }',
    ],
    [
      'a version that is not there',
      'modules:\n  - module: echo\n    version: 99.0.0\nsteps:\n  - echo: 1',
      'error 2:13 Cannot use module "echo": version 99.0.0 is asked for, but it is 0.1.0; install that version, or write version: 0.1.0',
    ],
    [
      'a version that is none',
      'modules:\n  - module: echo\n    version: newest\nsteps:\n  - echo: 1',
      'error 2:13 Cannot use module "echo": "newest" is not a version; write version: 1.2.3, version: ^1.2 or version: latest',
    ],
  ])('%s', async (_, text, message) => {
    expect(await said(text)).toContain(message);
  });

  test('the file of a flow as a module', async () => {
    const text = 'modules:\n  - module: ./slow.phlow\nsteps:\n  - payload: 1';
    expect(await said(text, { 'slow.phlow': 'steps: [{ payload: 1 }]' })).toEqual([
      'error 2:13 Cannot use module "slow.phlow": Cannot find module "./slow.phlow": /slow.phlow is a file, and a flow is named without its ending: ./slow',
    ]);
  });

  test('the file of a module', async () => {
    const text = 'modules:\n  - module: ./mods/a.js\nsteps:\n  - payload: 1';
    expect(await said(text, { 'mods/a.js': '' })).toEqual([
      'error 2:13 Cannot use module "a.js": Cannot find module "./mods/a.js": /mods/a.js is a file, and a module is a folder with a phlow.yaml: name its folder, ./mods',
    ]);
  });

  test('a text in plain YAML', async () => {
    expect(await said('steps:\n  - payload: hello ${main.name}\n', {}, 'main.yaml')).toEqual([
      'warning 2:14 this text stays as it stands, nothing is filled in: write "{{ `hello ${main.name}` }}"',
    ]);
  });
});

test.each([
  'modules:\n  - module: echo\n    version: ^0.1\nsteps:\n  - echo: 1',
  'modules:\n  - module: echo\n    version: 0.1.0\nsteps:\n  - echo: 1',
  'steps:\n  - payload: `hello ${main.name}`',
  'steps:\n  - payload: "costs 5 $ {net}"',
  'steps:\n  - assert: main.age == 18 && main.name != "a = b"\n    then: []',
  'steps:\n  - assert: true\n    then: []',
  'steps:\n  - assert: main.items.some(|x| x >= 2)\n    then: []',
  'steps:\n  - label: a remark\n  - payload: !phs main.x',
  'steps:\n  - description: nothing else',
])('nothing is said of %j', async (text) => {
  expect(await said(text)).toEqual([]);
});
