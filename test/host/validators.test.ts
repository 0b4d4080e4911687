import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Module } from '../../src/index.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** The same rules three times: an order has a number, and lines of which there is at least one; the number becomes one. */
const LIBRARIES = {
  zod: `import { z } from 'zod';
const input = z.object({ id: z.string().transform(Number), lines: z.array(z.object({ article: z.string() })).min(1) });
const output = z.object({ id: z.number() });`,
  valibot: `import * as v from 'valibot';
const input = v.object({
  id: v.pipe(v.string(), v.transform(Number)),
  lines: v.pipe(v.array(v.object({ article: v.string() })), v.minLength(1)),
});
const output = v.object({ id: v.number() });`,
  arktype: `import { type } from 'arktype';
const input = type({ id: 'string.numeric.parse', lines: type({ article: 'string' }).array().atLeastLength(1) });
const output = type({ id: 'number' });`,
} as const;

const MANIFEST = `name: orders
input:
  type: object
  properties: { id: { type: string }, lines: { type: array }, spoils: { type: any } }
`;

const CODE = `
export default {
  input,
  output,
  handler: ({ input }) => (input.id === 13 ? { id: 'thirteen' } : { id: input.id + 1 }),
};
`;

/** Packages as npm would put them there, for the modules below. */
const PACKAGES: Readonly<Record<keyof typeof LIBRARIES, readonly string[]>> = {
  zod: ['zod'],
  valibot: ['valibot'],
  arktype: ['arktype', '@ark/schema', '@ark/util', 'arkregex'],
};

let base = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'phlow-validators-'));
  for (const name of Object.keys(LIBRARIES) as (keyof typeof LIBRARIES)[]) {
    const folder = join(base, name);
    const dependencies = Object.fromEntries(PACKAGES[name].map((one) => [one, '*']));
    writeFiles(folder, {
      'package.json': JSON.stringify({ type: 'module', dependencies }),
      'phlow.yaml': MANIFEST,
      'index.js': LIBRARIES[name] + CODE,
    });
    for (const one of PACKAGES[name]) {
      const to = join(folder, 'node_modules', one);
      cpSync(join(NODE_MODULES, one), to, { recursive: true, dereference: true });
    }
  }
});

afterAll(() => rmSync(base, { recursive: true }));

describe.each(LEVELS)('validators in the code of a module at %s', (isolation) => {
  test.each(Object.keys(LIBRARIES))('of %s look at inputs after the manifest, and change them', (library) =>
    withHost(async (host) => {
      const module = await host.load(join(base, library), { name: 'orders', isolation, jail: 'off' });
      const lines = [{ article: 'pen' }];
      expect(await module.call({ id: '7', lines })).toEqual({ id: 8 });
      const byManifest = await errorOf(module.call({ id: 7, lines }));
      expect(byManifest).toMatchObject({
        code: 'PHLOW_INPUT_INVALID',
        details: { violations: [{ path: '/id', keyword: 'type' }] },
      });
      const byValidator = await errorOf(
        module.call({ id: '7', lines: [{ article: 'pen' }, { article: 7 }] }),
      );
      expect(byValidator).toMatchObject({
        code: 'PHLOW_INPUT_INVALID',
        details: { violations: [{ path: '/lines/1/article', keyword: 'validator' }] },
      });
      expect(byValidator.message).toMatch(/^Cannot call module "orders": input\.lines\[1\]\.article: ./);
      expect((await errorOf(module.call({ id: '7', lines: [] }))).code).toBe('PHLOW_INPUT_INVALID');
      const broken = await errorOf(module.call({ id: '13', lines }));
      expect(broken).toMatchObject({
        code: 'PHLOW_OUTPUT_INVALID',
        details: { violations: [{ path: '/id', keyword: 'validator' }] },
      });
    }),
  );
});

/** A validator of no library: what the specification says is enough. */
const OWN = (validate: string): string =>
  `const schema = { '~standard': { version: 1, vendor: 'own', validate: ${validate} } };\n`;

const load = <T>(code: string, use: (module: Module) => Promise<T>): Promise<T> =>
  withFolder((folder) => {
    writeFiles(folder, {
      'package.json': '{ "type": "module" }',
      'phlow.yaml': 'name: own\n',
      'index.js': code,
    });
    return withHost(async (host) => use(await host.load(folder, { name: 'own' })));
  });

describe('a validator', () => {
  test('that answers later is waited for', () =>
    load(
      `${OWN("async (value) => { await null; return value === 'bad' ? { issues: [{ message: 'not this one' }] } : { value: [value] }; }")}
       export default { input: schema, output: schema, handler: ({ input }) => input };`,
      async (module) => {
        expect(await module.call('good')).toEqual([['good']]);
        const error = await errorOf(module.call('bad'));
        expect(error).toMatchObject({
          code: 'PHLOW_INPUT_INVALID',
          message: 'Cannot call module "own": input: not this one',
        });
      },
    ));

  test('lets a module answer what it refuses', () =>
    load(
      `${OWN("() => ({ issues: [{ message: 'no', path: ['a', { key: 0 }, 'b/c'] }, { message: 'nor this' }] })")}
       export default { input: schema, handler: () => 0, invalid: (violations) => violations };`,
      async (module) => {
        expect(await module.call(1)).toEqual([
          { path: '/a/0/b~1c', keyword: 'validator', message: 'input.a[0]["b/c"]: no' },
          { path: '', keyword: 'validator', message: 'input: nor this' },
        ]);
      },
    ));

  test('that throws is a fault of the module', () =>
    load(
      `${OWN("() => { throw new Error('broken validator'); }")}
       export default { input: schema, handler: () => 0 };`,
      async (module) => {
        expect(await errorOf(module.call(1))).toMatchObject({
          code: 'PHLOW_MODULE_ERROR',
          message: 'Module "own" failed: broken validator',
        });
        expect(module.state).toBe('ready');
      },
    ));

  test('goes with a stream when it answers at once, and says so when it does not', () =>
    load(
      `${OWN("(value) => (value === 'later' ? Promise.resolve({ value }) : { value })")}
       export default { input: schema, output: schema, async *handler({ input }) { yield input; yield 2; } };`,
      async (module) => {
        expect(await module.call('now')).toEqual(['now', 2]);
        expect(await errorOf(module.call('later'))).toMatchObject({
          code: 'PHLOW_MODULE_ERROR',
          details: { code: 'PHLOW_STREAM_UNSUPPORTED' },
        });
      },
    ));

  test('leaves the other parts of a class where they are', () =>
    load(
      `${OWN('(value) => ({ value: value * 2 })')}
       class Sum { input = schema; #sum = 0; start() { return this; } handler({ input }, context, state) { this.#sum += input; return [this.#sum, state === this || Object.getPrototypeOf(state) === this]; } }
       export default new Sum();`,
      async (module) => {
        expect(await module.call(1)).toEqual([2, true]);
        expect(await module.call(2)).toEqual([6, true]);
      },
    ));

  test('that is none is refused when the module is loaded', async () => {
    const error = await errorOf(
      load("export default { input: { type: 'object' }, handler: () => 0 };", () => Promise.resolve()),
    );
    expect(error.code).toBe('PHLOW_ENTRY_INVALID');
    expect(error.message).toMatch(
      /its "input" is of type object, expected a Standard Schema validator.*a JSON Schema belongs into phlow\.yaml/,
    );
  });
});
