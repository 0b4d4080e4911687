import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHost, type Host } from '../../src/index.js';
import type { Value } from '../../src/values.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURES = `${ROOT}test/fixtures/npm`;

/** What each fixture is sent and must answer. */
const WORK: Readonly<Record<string, readonly [Value, unknown]>> = {
  acorn: [
    { code: 'import a from "a"; const x = async () => a ?? 1; export { x };' },
    ['ImportDeclaration', 'VariableDeclaration', 'ExportNamedDeclaration'],
  ],
  ajv: [{ age: -1 }, [' required', '/age minimum']],
  'bignumber.js': [
    { a: '0.1', b: '9007199254740993.2' },
    { sum: '9007199254740993.3', third: '3002399751580331.1' },
  ],
  chalk: [{ text: 'hi' }, '\u001b[31m\u001b[1mhi\u001b[22m\u001b[39m'],
  cheerio: [
    { html: '<h1>Hi <b>you</b></h1><a href="/a">a</a><a href="/b">b</a>' },
    { title: 'Hi you', links: ['/a', '/b'] },
  ],
  'csv-parse': [
    { csv: 'name,age\n"Ann, B.",3\nBob,4\n' },
    [
      { name: 'Ann, B.', age: 3 },
      { name: 'Bob', age: 4 },
    ],
  ],
  'date-fns': [
    { from: '2024-01-31T12:00:00Z', to: '2024-03-01T12:00:00Z' },
    { days: 30, next: '2024-02-29' },
  ],
  dayjs: [{ from: '2024-02-28T00:00:00Z', days: 2 }, '2024-03-01 Friday'],
  'fast-xml-parser': [
    { xml: '<a x="1"><b>2</b><b>3</b></a>' },
    { data: { a: { '@_x': '1', b: [2, 3] } }, xml: '<a x="1"><b>2</b><b>3</b></a>' },
  ],
  handlebars: [
    { template: '{{#each names}}{{@index}}:{{this}} {{/each}}', data: { names: ['a', '<b>'] } },
    '0:a 1:&lt;b&gt; ',
  ],
  immer: [
    { list: [1], nested: { done: false }, kept: {} },
    {
      next: { list: [1, 4], nested: { done: true }, kept: {} },
      before: { list: [1], nested: { done: false }, kept: {} },
      isShared: true,
    },
  ],
  jose: [
    { key: 'a key that has thirty-two bytes!', user: 'ann' },
    { parts: 3, user: 'ann', wrong: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
  ],
  'js-yaml': [
    { yaml: 'a: [1, 2]\nb: yes it is\n' },
    { data: { a: [1, 2], b: 'yes it is' }, yaml: 'a:\n  - 1\n  - 2\nb: yes it is\n' },
  ],
  lodash: [
    { words: ['bb', 'a', 'aa'], a: { b: [{ c: 1 }] } },
    { groups: { 1: ['a'], 2: ['aa', 'bb'] }, deep: 1, camel: 'helloBigWorld' },
  ],
  'lodash-es': [
    { list: [1, 1, 2, 3], base: { a: { x: 1 } } },
    { chunks: [[1, 2], [3]], merged: { a: { x: 1, y: 2 } } },
  ],
  luxon: [
    { at: '2024-06-01T00:00:00Z' },
    { tokyo: '2024-06-01T09:00:00.000+09:00', length: { hours: 1, minutes: 30 } },
  ],
  marked: [{ markdown: '# Hi\n\n- *a*\n' }, '<h1>Hi</h1>\n<ul>\n<li><em>a</em></li>\n</ul>\n'],
  ms: [{ text: '2 days', value: 60_000 }, [172_800_000, '1 minute']],
  mustache: [
    { template: '{{#list}}{{.}},{{/list}}{{^none}}empty{{/none}}', data: { list: [1, 2] } },
    '1,2,empty',
  ],
  nanoid: [null, { lengths: [21], different: 50, digits: true }],
  rxjs: [{ list: [1, 2, 3] }, { values: [10, 30], ticks: [0, 1, 2] }],
  semver: [
    { versions: ['1.10.0', '1.2.0', '2.0.0'] },
    { sorted: ['1.2.0', '1.10.0', '2.0.0'], fits: ['1.10.0', '1.2.0'], next: '1.3.0' },
  ],
  uuid: [null, { isValid: true, named: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/), differ: true }],
  yaml: [
    { yaml: '# note\n\na: &x 1\nb: *x\n' },
    { data: { a: 1, b: 1 }, comment: ' note', text: 'list:\n  - 1\n  - 2\n' },
  ],
  zod: [{ name: 'a', age: '12' }, ['name too_small']],
};

describe('an npm package under isolation', () => {
  let host: Host;

  beforeAll(async () => {
    host = await createHost({ logLevel: 'off' });
  });

  afterAll(() => host.close());

  test('every fixture has its work', () => {
    expect(readdirSync(FIXTURES).sort()).toEqual(Object.keys(WORK).sort());
  });

  test.each(Object.entries(WORK))('%s loads and does real work', async (name, [input, reply]) => {
    const module = await host.load(`${FIXTURES}/${name}`, {
      isolation: 'isolated',
      installRoots: [`${ROOT}node_modules`],
      grant: { crypto: ['subtle'] },
    });
    expect(module.level).toBe('isolated');
    expect(await module.call(input)).toEqual(reply);
    await module.close();
  });
});
