import { describe, expect, test } from '@jest/globals';
import { callModule, runFlow, testFlow, withModule } from '../src/testing.js';
import { errorOf } from './support/with-host.js';

describe('phlow/testing', () => {
  test('callModule sends one package and gives the reply', async () => {
    expect(await callModule('echo', { a: 1 })).toEqual({ a: 1 });
    expect(await callModule('cache', { action: 'stats' }, { with: { capacity: 7 } })).toMatchObject({
      stats: { capacity: 7 },
    });
    // @ts-expect-error an input without an action
    expect((await errorOf(callModule('cache', {}, { with: { capacity: 0 } }))).code).toBe(
      'PHLOW_WITH_INVALID',
    );
  });

  test('withModule without a function to hand the module to is refused before anything starts', async () => {
    // @ts-expect-error the function is missing
    const error = await errorOf(withModule('cache'));
    expect(error).toMatchObject({ code: 'PHLOW_OPTION_INVALID', details: { option: 'use' } });
  });

  test('values of any type go in and come out: an interface is as good as a mapping', async () => {
    interface User {
      readonly name: string;
      readonly age?: number;
    }
    const ann: User = { name: 'Ann' };
    const { name } = await callModule<User>('echo', ann);
    const { result } = await runFlow({ text: 'steps: [{ return: main.name }]' }, { main: ann });
    expect([name, result]).toEqual(['Ann', 'Ann']);
  });

  test.each(['trusted', 'sandboxed', 'isolated'] as const)(
    'withModule keeps a module at %s for several calls, moves its clock and collects what it logs',
    async (isolation) => {
      const options = { clock: 'manual', isolation } as const;
      const logs = await withModule('cache', options, async ({ call, advance, logs: lines }) => {
        await call({ action: 'set', key: 'a', value: 1, ttl: 60 });
        await advance(61_000);
        expect(await call({ action: 'get', key: 'a' })).toMatchObject({ found: false });
        // @ts-expect-error no such action
        await call({ action: 'nonsense' });
        return lines;
      });
      expect(logs.some(({ message }) => message.includes('nonsense'))).toBe(true);
    },
  );

  test('a log step with an object in braces writes its message', async () => {
    const text = 'steps:\n  - log.warn: { message: `dear ${main.message}` }\n  - log.info: main\n';
    const { logs } = await runFlow({ text }, { main: { message: 'me', a: 1 } });
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'dear me'],
      ['info', 'me'],
    ]);
  });

  test('runFlow gives the result, the way there and what was logged', async () => {
    const text = `modules: [price]
steps:
  - id: ask
    price: { item: main }
  - assert: payload > 2
    then:
      - log.warn: \`dear: \${payload}\`
  - payload: !phs [1, payload]
`;
    const trace = await runFlow(
      { text },
      { main: 'tea', modules: { price: ({ input }) => (input as { item: string }).item.length } },
    );
    expect(trace.result).toEqual([1, 3]);
    expect(trace.steps.map(({ path, id, outcome, output }) => [path, id, outcome, output])).toEqual([
      ['steps[0]', 'ask', undefined, 3],
      ['steps[1]', undefined, true, undefined],
      ['steps[1].then[0]', undefined, undefined, 3],
      ['steps[2]', undefined, undefined, [1, 3]],
    ]);
    expect(trace.logs.map(({ level, message }) => `${level} ${message}`)).toEqual(['warn dear: 3']);
  });

  test('runFlow takes an initial payload, and leaves it unset without one', async () => {
    expect((await runFlow({ text: 'steps: []' }, { payload: 4 })).result).toBe(4);
    expect((await runFlow({ text: 'steps: []' })).result).toBeUndefined();
    expect((await errorOf(runFlow({ text: 'steps: [{ payload: !phs 1 / 0 }]' }))).code).toBe(
      'PHLOW_FLOW_STEP_FAILED',
    );
  });

  test.each([
    ['faults that are none', { faults: {} }, /faults must be an instance of Faults/],
    [
      'a fake that is no function',
      { fakes: { rates: 3 } },
      /fakes must be an object of functions, found an object with 3 as its "rates"/,
    ],
  ])('withModule with %s says what it takes', async (_, options, message) => {
    const error = await errorOf(withModule('echo', options as never, () => 1));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toMatch(message);
  });

  test('advance without a manual clock, or by what is no time, is refused', async () => {
    const real = await errorOf(withModule('echo', {}, ({ advance }) => advance(5)));
    expect(real).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
    expect(real.message).toContain("clock: 'manual'");
    const wrong = await errorOf(withModule('echo', { clock: 'manual' }, ({ advance }) => advance(NaN)));
    expect(wrong.message).toContain('found NaN');
  });

  test('a mock of a module that the flow does not declare is refused before that is looked for', async () => {
    const text = 'modules: [price]\nsteps: [{ use: price }]\n';
    const error = await errorOf(runFlow({ text }, { modules: { prise: () => 1 } }));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toMatch(/"prise".*declares price\. Did you mean "price"\?/);
  });

  test('testFlow without tests names the file', async () => {
    const error = await errorOf(testFlow({ text: 'steps: []', file: 'door.phlow' }));
    expect(error.message).toMatch(/door\.phlow has no "tests:"/);
  });

  test('testFlow runs the cases of a flow', async () => {
    const text = 'steps: [{ payload: 1 }]\ntests: [{ assert_eq: 1 }, { assert_eq: 2 }]';
    expect(await testFlow({ text })).toMatchObject({ total: 2, passed: 1, failed: 1 });
  });
});
