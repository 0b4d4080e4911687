import { describe, expect, test } from '@jest/globals';
import { PhlowError } from '../../src/errors.js';
import { compileProgram, type ModuleCall } from '../../src/phs/program.js';
import { toValue } from '../../src/phs/values/value.js';
import type { Value } from '../../src/values.js';

const MODULES = new Map([
  ['cache', { parameters: [{ name: 'action' }, { name: 'key' }, { name: 'value' }] }],
  ['log', { parameters: [{ name: 'action', deprecated: true }, { name: 'level' }, { name: 'message' }] }],
  ['echo', { parameters: [] }],
  ['openai', { parameters: [{ name: 'action' }] }],
]);

/** Runs code with a module host that answers with what it was given, and tells what it was asked. */
async function run(
  code: string,
  answer: (name: string, input: Value) => Value = (_name, input) => input,
): Promise<{ value: Value; asked: [string, Value][] }> {
  const asked: [string, Value][] = [];
  const call: ModuleCall = async (name, input) => {
    asked.push([name, input]);
    return answer(name, input);
  };
  const program = compileProgram(code, { modules: MODULES, print: () => undefined });
  return { value: toValue(await program.runAsync({}, call)), asked };
}

describe('calls of modules', () => {
  test('make a program asynchronous, other programs stay synchronous', () => {
    expect(compileProgram('cache("get", "k").found', { modules: MODULES }).isAsync).toBe(true);
    expect(compileProgram('payload.cache', { modules: MODULES }).isAsync).toBe(false);
    expect(compileProgram('fn echo(x) { x } echo(1)', { modules: MODULES }).isAsync).toBe(false);
  });

  test.each<[string, Value]>([
    ['cache("get", "k")', { action: 'get', key: 'k' }],
    ['cache(#{action: "get", key: 1})', { action: 'get', key: 1 }],
    ['cache("get")', { action: 'get' }],
    ['cache()', {}],
    ['log("warn", "hi")', { level: 'warn', message: 'hi' }],
    ['log("log", "warn", "hi")', { action: 'log', level: 'warn', message: 'hi' }],
    ['openai({action: "chat"})', { action: 'chat' }],
    ['openai("chat")', { action: 'chat' }],
    ["echo([1, 2.5, 'x'])", [1, 2.5, 'x']],
    ['echo(|x| x)', null],
  ])('%s has its arguments as input', async (code, input) => {
    expect((await run(code)).asked[0]?.[1]).toEqual(input);
  });

  test('too many arguments are no such function', async () => {
    await expect(run('openai("a", "b")')).rejects.toMatchObject({
      code: 'PHLOW_PHS_RUNTIME',
      message: expect.stringContaining('Function not found: openai'),
    });
  });

  test('are made once each, in order, with replies as values', async () => {
    const code = 'let out = []; for i in 0..3 { out.push(echo(i) + 10); } out';
    const { value, asked } = await run(code);
    expect(value).toEqual([10, 11, 12]);
    expect(asked.map(([, input]) => input)).toEqual([0, 1, 2]);
  });

  test('leave what was random or printed before as it was', async () => {
    const lines: string[] = [];
    const program = compileProgram('let id = uuid(); print(id); [id, echo(id), echo(id)]', {
      modules: MODULES,
      print: (line) => lines.push(line),
    });
    const ids = toValue(await program.runAsync({}, async (_name, input) => input));
    expect(lines).toHaveLength(1);
    expect(ids).toEqual([lines[0], lines[0], lines[0]]);
  });

  test('that fail throw what a script can catch', async () => {
    const fail = (): never => {
      throw new PhlowError('PHLOW_MODULE_ERROR', 'no such key');
    };
    expect((await run('try { echo(1) } catch (e) { [e.error, e.message, e.module] }', fail)).value).toEqual([
      'ErrorModuleCall',
      'Error: no such key',
      'echo',
    ]);
    await expect(run('1 + echo(1)', fail)).rejects.toMatchObject({
      code: 'PHLOW_PHS_RUNTIME',
      message: 'Error: no such key (line 1, position 5)',
      cause: { code: 'PHLOW_MODULE_ERROR' },
    });
  });

  test('work inside functions, closures and try', async () => {
    const code = 'fn twice(x) { echo(x) * 2 } try { [1, 2].map(|x| twice(x) + echo(100)) } catch { 0 }';
    expect((await run(code)).value).toEqual([102, 104]);
  });

  test('give replies that are constants until copied', async () => {
    expect((await run('let a = echo([1]); a.push(2); [a, echo([1])]')).value).toEqual([[1, 2], [1]]);
  });

  test('are limited in number, and all replays share the steps', async () => {
    const call: ModuleCall = async (_name, input) => input;
    const many = compileProgram('loop { echo(1); }', { modules: MODULES, limits: { moduleCalls: 5 } });
    await expect(many.runAsync({}, call)).rejects.toMatchObject({ code: 'PHLOW_PHS_LIMIT' });
    const long = compileProgram('for i in 0..100 {} echo(1); echo(2); 1', {
      modules: MODULES,
      limits: { steps: 250 },
    });
    await expect(long.runAsync({}, call)).rejects.toMatchObject({ code: 'PHLOW_PHS_LIMIT' });
  });

  test('end with the reason of the signal', async () => {
    const controller = new AbortController();
    const program = compileProgram('try { echo(1) } catch {} echo(2)', { modules: MODULES });
    const call: ModuleCall = async (_name, input) => {
      controller.abort(new Error('enough'));
      return input;
    };
    await expect(program.runAsync({}, call, controller.signal)).rejects.toThrow('enough');
  });

  test('fail where the program is run synchronously', () => {
    expect(() => compileProgram('echo(1)', { modules: MODULES }).run({})).toThrow(
      'Cannot call module "echo" here',
    );
  });
});
