import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { isPhlowError, type PhlowError } from '../../src/errors.js';
import { checkManifest, checkSettings } from '../../src/host/load/read-manifest.js';
import { compileSchema } from '../../src/manifest/compile-schema.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import type { Manifest } from '../../src/manifest/manifest.js';
import { parseInTurns, parseManifest } from '../../src/manifest/parse.js';
import { validateWith } from '../../src/manifest/settings.js';
import { errorOf } from '../support/with-host.js';

/** Takes millions of steps for a text of `a`s. */
const SLOW = '"(?=a{2000}x)a"';
const HOSTILE = `name: p\nwith:\n  type: object\n  properties:\n    x: { type: string, pattern: ${SLOW}, default: ${'a'.repeat(4_000)} }\n`;
const LARGE = `name: p\ninput:\n  type: object\n  properties:\n${Array.from({ length: 400 }, (_, n) => `    a${n}: { type: string, default: "${n}" }`).join('\n')}\n`;
const SMALL = 'name: p\nwith: { type: object, properties: { x: { type: string, pattern: "^(a+)+$" } } }\n';

function thrown(run: () => unknown): PhlowError {
  try {
    run();
  } catch (error) {
    if (isPhlowError(error)) return error;
  }
  throw new Error('nothing was refused');
}

const told = ({ code, message, place, details }: Partial<PhlowError>): unknown => ({
  code,
  message,
  place,
  details,
});

/** The threads that are started meanwhile. */
async function threadsDuring(run: () => Promise<unknown>): Promise<readonly Worker[]> {
  const threads: Worker[] = [];
  const listener = (message: unknown): void => {
    threads.push((message as { readonly worker: Worker }).worker);
  };
  subscribe('worker_threads', listener);
  try {
    await run();
  } finally {
    unsubscribe('worker_threads', listener);
  }
  return threads;
}

describe('a manifest', () => {
  test('that takes little is read here, no thread is started', async () => {
    const threads = await threadsDuring(async () => {
      const read = await checkManifest(SMALL, 'phlow.yaml');
      expect(read.with).toEqual(parseManifest(SMALL, 'phlow.yaml').with);
    });
    expect(threads).toEqual([]);
  });

  test('whose check is long is not finished here', async () => {
    expect(await parseInTurns(HOSTILE, 'phlow.yaml', 800_000)).toBeUndefined();
    expect(await parseInTurns(SMALL, 'phlow.yaml', 800_000)).toBeDefined();
  });

  test('whose check is long is refused as if it were read here, with code, text and place', async () => {
    const beside = await errorOf(checkManifest(HOSTILE, 'phlow.yaml'));
    expect(told(beside as Partial<PhlowError>)).toEqual(
      told(thrown(() => parseManifest(HOSTILE, 'phlow.yaml'))),
    );
  });

  test('that is large comes back the same, its schemas compiled', async () => {
    const read = await checkManifest(LARGE, 'phlow.yaml');
    const here = parseManifest(LARGE, 'phlow.yaml');
    expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(here)));
    expect(read.placeOf('/input/properties/a7')).toEqual(here.placeOf('/input/properties/a7'));
    expect(compileSchema(read.input ?? {}).code).toBe(compileSchema(here.input ?? {}).code);
    const value = {};
    expect(compileValidator(read.input ?? {})(value)).toBeUndefined();
    expect(value).toMatchObject({ a7: '7' });
  });

  test('that is large bears with what somebody has put on all objects', async () => {
    const text = `${LARGE}  required: [extra]\n`;
    Object.defineProperty(Object.prototype, 'extra', { value: 1, enumerable: true, configurable: true });
    try {
      const { input = {} } = await checkManifest(text, 'phlow.yaml');
      expect(compileValidator(input)({})).toMatchObject([{ path: '/extra', keyword: 'required' }]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'extra');
    }
  });

  test('is given up with the signal’s reason, and the thread that reads it ends', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    // Whoever has read one before may still be there.
    const others = [HOSTILE, HOSTILE].map((text) => checkManifest(text, 'phlow.yaml').catch(() => undefined));
    const given = checkManifest(HOSTILE, 'phlow.yaml', stop.signal);
    setImmediate(() => stop.abort(reason));
    await expect(given).rejects.toBe(reason);
    await Promise.all(others);
  });
});

describe('settings', () => {
  const manifest = (): Manifest =>
    parseManifest(
      `name: p\nwith: { type: object, properties: { x: { type: string, pattern: ${SLOW} } } }\n`,
      'phlow.yaml',
    );

  test('whose check is long are refused as if they were checked here', async () => {
    const given = { x: 'a'.repeat(4_000) };
    const beside = await errorOf(checkSettings(manifest(), given));
    expect(beside.code).toBe('PHLOW_WITH_INVALID');
    expect(told(beside as Partial<PhlowError>)).toEqual(told(thrown(() => validateWith(manifest(), given))));
  });

  test('whose check is long and that are right pass', async () => {
    const given = { x: `${'a'.repeat(6_000)}x` };
    expect(() => validateWith(manifest(), given, 800_000)).toThrow('takes more than 800000 steps');
    expect(await checkSettings(manifest(), given)).toEqual(given);
  });
});
