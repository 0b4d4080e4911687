import { describe, expect, test } from '@jest/globals';
import { Session } from '../../src/phs/session.js';
import type { Value } from '../../src/values.js';

function values(...lines: string[]): (string | undefined)[] {
  const session = new Session({ main: { n: 1 } });
  return lines.map((line) => session.evaluate(line));
}

describe('Session', () => {
  test('keeps variables with their exact kind', () => {
    expect(values('let x = 3.0', 'x / 2', 'x')).toEqual(['3.0', '1.5', '3.0']);
  });

  test('keeps what lines do to variables', () => {
    expect(values('let a = [main.n]', 'a.push(2)', 'a[0] = 9', 'a += 3', 'a').at(-1)).toBe('[9, 2, 3]');
  });

  test('lets a line declare a variable anew', () => {
    expect(values('let a = 1', 'let a = a + 1', 'let b = a * 10; let c = b + a', 'b').slice(1)).toEqual([
      '2',
      '22',
      '20',
    ]);
  });

  test('keeps functions, closures and their redefinition', () => {
    expect(values('fn f(a) { a * 2 }', 'f(21)', 'fn f(a) { a * 3 }', 'f(1)')).toEqual([
      undefined,
      '42',
      undefined,
      '3',
    ]);
    expect(values('let k = 5', 'let g = |z| z + k', 'g.call(1)').at(-1)).toBe('6');
  });

  test('calls modules, once each, and keeps what comes of it', async () => {
    const session = new Session({ modules: new Map([['echo', { parameters: [] }]]) });
    const asked: unknown[] = [];
    const calls = {
      call: async (name: string, input: Value) => (asked.push([name, input]), input),
      signal: new AbortController().signal,
    };
    const lines = [
      'let a = [1]',
      'a.push(echo(2)); a.push(echo(3))',
      'fn twice(x) { echo(x) * 2 }',
      'a.push(twice(4))',
      'a',
    ];
    const values: unknown[] = [];
    for (const line of lines) values.push(await session.evaluateWith(line, calls));
    expect(values.at(-1)).toBe('[1, 2, 3, 8]');
    expect(asked).toEqual([
      ['echo', 2],
      ['echo', 3],
      ['echo', 4],
    ]);
  });

  test('a call that is given up changes nothing, and the next line works', async () => {
    const session = new Session({ modules: new Map([['wait', { parameters: [] }]]) });
    session.evaluate('let a = 1');
    const controller = new AbortController();
    const call = (): Promise<Value> => {
      controller.abort(new Error('enough'));
      return Promise.resolve(5);
    };
    await expect(session.evaluateWith('a = wait(1)', { call, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(session.evaluate('a')).toBe('1');
  });

  test('shows nothing for a line without a value, and the value of return', () => {
    expect(values('()', 'return 5', '7 // seven')).toEqual([undefined, '5', '7']);
  });

  test.each(['1 +', 'if a {', 'fn f(x) {', '[1, 2', 'let x =', 'x = |a|'])(
    'waits for the rest of %j',
    (text) => {
      expect(new Session().isIncomplete(text)).toBe(true);
    },
  );

  test.each(['1', 'let x', 'bad bad', ')', '1 + )', '"open'])('has nothing to wait for in %j', (text) => {
    expect(new Session().isIncomplete(text)).toBe(false);
  });

  test('is unchanged by a line that fails', () => {
    const session = new Session();
    session.evaluate('let a = [1]');
    expect(() => session.evaluate('a.push(2); nothing')).toThrow(
      expect.objectContaining({ code: 'PHLOW_PHS_RUNTIME' }),
    );
    expect(session.evaluate('a')).toBe('[1]');
  });

  test('points into the line, not into what stands around it', () => {
    const session = new Session();
    session.evaluate('fn f(a) { a }');
    session.evaluate('let long_name = 1');
    expect(() => session.evaluate('long_name + nothing')).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ line: 1, column: 13 }) }),
    );
    expect(() => session.evaluate('1 +')).toThrow(expect.objectContaining({ code: 'PHLOW_PHS_SYNTAX' }));
  });

  test('refuses a function beside other statements', () => {
    expect(() => values('fn f() { 1 } f()')).toThrow('define each on a line of its own');
  });

  test('names what it holds', () => {
    const session = new Session();
    session.evaluate('let a = 1');
    session.evaluate('fn f(x) { x }');
    expect(session.names).toEqual(['a', 'f']);
  });
});
