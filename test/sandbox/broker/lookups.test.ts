import { describe, expect, test } from '@jest/globals';
import { Lookups } from '../../../src/sandbox/broker/lookups.js';

/** A name server that answers when the test says so. */
function silentServer() {
  const asked: string[] = [];
  const answers = new Map<string, (addresses: readonly string[]) => void>();
  const lookup = (host: string): Promise<readonly string[]> => {
    asked.push(host);
    return new Promise((resolve) => answers.set(host, resolve));
  };
  const answer = (host: string): void => answers.get(host)?.([`address of ${host}`]);
  return { asked, answer, lookup };
}

const forever = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('look-ups of names', () => {
  test('are shared by those who ask for one name', async () => {
    const { asked, answer, lookup } = silentServer();
    const lookups = new Lookups(lookup);
    const found = Promise.all(Array.from({ length: 64 }, () => lookups.find('a', forever)));
    await turn();
    expect(asked).toEqual(['a']);
    answer('a');
    expect(new Set((await found).flat())).toEqual(new Set(['address of a']));
    // Not remembered: an address may change.
    const later = lookups.find('a', forever);
    await turn();
    answer('a');
    await later;
    expect(asked).toEqual(['a', 'a']);
  });

  test('go on two at a time for one module, three for all', async () => {
    const { asked, answer, lookup } = silentServer();
    const one = new Lookups(lookup);
    const other = new Lookups(lookup);
    const found = [
      ...['a', 'b', 'c', 'd'].map((host) => one.find(host, forever)),
      ...['x', 'y'].map((host) => other.find(host, forever)),
    ];
    await turn();
    expect(asked).toEqual(['a', 'b', 'x']);
    answer('a');
    await turn();
    expect(asked).toHaveLength(4);
    for (let i = 0; i < asked.length; i++) {
      answer(asked[i] ?? '');
      await turn();
    }
    expect((await Promise.all(found)).flat()).toHaveLength(6);
  });

  test('do not hold a caller that gives up, and are not begun for nobody', async () => {
    const { asked, answer, lookup } = silentServer();
    const lookups = new Lookups(lookup);
    const controller = new AbortController();
    const outcomes = ['a', 'b', 'c'].map((host) => lookups.find(host, controller.signal).catch(String));
    await turn();
    controller.abort(new Error('gave up'));
    expect(await Promise.all(outcomes)).toEqual(Array(3).fill('Error: gave up'));
    expect(asked).toEqual(['a', 'b']);
    answer('a');
    answer('b');
    await turn();
    expect(asked).toEqual(['a', 'b']);
    await expect(lookups.find('d', AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  test('that fail are told to all who wait, and tried again by the next', async () => {
    let calls = 0;
    const lookups = new Lookups(() =>
      calls++ === 0 ? Promise.reject(new Error('no such name')) : Promise.resolve(['1']),
    );
    const first = [lookups.find('a', forever), lookups.find('a', forever)];
    for (const one of first) await expect(one).rejects.toThrow('no such name');
    expect(await lookups.find('a', forever)).toEqual(['1']);
  });
});
