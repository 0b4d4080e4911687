import { ALL, GUESTS, LARGEST, callMany, type Flood } from './flood.js';

const thrown = (name: string, body: string, manifest = LARGEST): Flood => ({
  name,
  manifest,
  levels: ALL,
  source: `export default () => { ${body} };`,
});

const atLoad = (name: string, body: string): Flood => ({
  name,
  levels: ALL,
  source: `${body}\nexport default () => 0;`,
});

/** What comes back when a module fails. */
export const FAULTS: readonly Flood[] = [
  thrown(
    'a stack of one line of sixteen megabytes',
    `throw { name: 'Error', message: 'x', stack: 'Error: x\\n    at ' + 'a '.repeat(7_600_000), code: 'X' };`,
  ),
  thrown(
    'a stack of a million lines',
    `throw { name: 'Error', message: 'x', stack: 'Error: x\\n' + '    at f (/a.js:1:1)\\n'.repeat(700_000) };`,
  ),
  thrown(
    'a message, a name and a code of five megabytes each',
    `const text = '\\u202e\\n'.repeat(700_000); throw Object.assign(new Error(text), { name: text, code: text });`,
  ),
  thrown(
    'eight causes, each with details of crumbs',
    `const crumbs = Array(14_000).fill({ a: [] }); let error; for (let i = 0; i < 8; i++) error = Object.assign(new Error('x', { cause: error }), { details: crumbs, code: '\\u0001' }); throw error;`,
    '',
  ),
  thrown(
    'details of sixteen megabytes of crumbs',
    `throw Object.assign(new Error('x'), { details: Array(1_800_000).fill({ a: 0 }) });`,
  ),
  {
    ...thrown(
      'a thousand failures at once, each with a message to escape',
      "throw new Error('\\u202e\\n'.repeat(8_000));",
      '',
    ),
    drive: callMany(1_000),
  },
  {
    ...thrown(
      'a thousand failures at once, each with a message of hidden characters only',
      "throw new Error('\\u200b'.repeat(8_000));",
      '',
    ),
    drive: callMany(1_000),
  },
  {
    ...thrown(
      'a thousand failures at once, each with a message of characters that may be spelling',
      "throw new Error('\\u0628\\u200d'.repeat(4_000));",
      '',
    ),
    drive: callMany(1_000),
  },
  {
    ...thrown(
      'a thousand failures at once, each with a stack to look through',
      `throw { name: 'Error', message: 'x', stack: 'Error: x\\n' + ('    at ' + '(/'.repeat(140) + ':1:1x\\n').repeat(45) };`,
      '',
    ),
    drive: callMany(1_000),
  },
  atLoad(
    'at load: brackets in every line of the stack',
    `throw { name: 'Error', message: 'x', stack: 'Error: x\\n' + ('    at ' + '(/'.repeat(140) + ':1:1x\\n').repeat(45) };`,
  ),
  atLoad(
    'at load: one line of brackets',
    `throw { name: 'Error', message: 'x', stack: 'Error: x\\n    at ' + '(/:1'.repeat(100_000) + ':1:1x' };`,
  ),
  atLoad(
    'at load: line breaks, blanks and escapes in everything',
    `const text = '\\n   at \\u001b[2J\\u202e'.repeat(9_000);
throw Object.assign(new Error(text), { cause: Object.assign(new Error(text), { cause: new Error(text) }), name: text, code: text, details: { [text]: text } });`,
  ),
  {
    name: 'a hundred thousand rejections that nobody handles',
    levels: ALL,
    source: `export default async () => { for (let i = 0; i < 100_000; i++) Promise.reject(Object.assign(new Error('x'), { details: Array(100).fill({}) })); await new Promise((resolve) => setTimeout(resolve, 500)); };`,
  },
  {
    name: 'a last word of crumbs',
    levels: GUESTS,
    source: `export default () => { setTimeout(() => { throw Object.assign(new Error('x'), { details: Array(100_000).fill({ a: [] }), stack: '\\n at '.repeat(100_000) }); }, 1); return 0; };`,
    drive: async (module) => {
      await module.call({});
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
  },
  {
    name: 'an end that fails with crumbs',
    levels: GUESTS,
    source: `export default { handler: () => 0, stop() { throw Object.assign(new Error('x'.repeat(500_000)), { details: Array(100_000).fill({}) }); } };`,
    drive: async (module) => {
      await module.call({});
      await module.close();
    },
  },
];
