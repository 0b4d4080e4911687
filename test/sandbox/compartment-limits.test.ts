import { describe, expect, test } from '@jest/globals';
import { errorOf, withHost } from '../support/with-host.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

/** Calls a module of these files at `sandboxed`. */
function reply(files: Readonly<Record<string, string>>): Promise<unknown> {
  return withFolder((folder) =>
    withHost(async (host) => {
      const entry = Object.keys(files)[0] ?? 'index.js';
      writeFiles(folder, { 'phlow.yaml': JSON.stringify({ name: 'm', version: '1.0.0', entry }), ...files });
      const module = await host.load(folder, { isolation: 'sandboxed' });
      return module.call(null);
    }),
  );
}

/** `[code, limit, level, where]` of the error that loading or calling it ends with. */
async function limit(files: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const error = await errorOf(reply(files));
  expect(error.message).toMatch(
    /load the module with isolation: (?:guarded|trusted) if you know its author$/,
  );
  const { code, data } = error.details as { code: unknown; data: Record<string, unknown> };
  expect(code).toBe('PHLOW_COMPARTMENT_LIMIT');
  const place =
    error.place === undefined ? lineOf(String(data['at'])) : `${error.place.line}:${error.place.column}`;
  return [error.code, data['limit'], data['level'], place];
}

/** Without the column, which engines do not agree on. */
const lineOf = (at: string): string => at.replace(/:\d+$/, '');

const handler = (code: string): Readonly<Record<string, string>> => ({
  'index.cjs': `module.exports = () => {\n${code}\n};`,
});

describe('a failure that is the compartment’s doing names the limit, the level and the place', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly unknown[]]>([
    [
      'a built-in imported by the module',
      { 'index.js': 'import fs from "node:fs";\nexport default () => fs.constants;' },
      ['PHLOW_LOAD_FAILED', 'built-in', 'guarded', '1:16'],
    ],
    [
      'a built-in that guarded refuses too',
      { 'index.js': 'import cp from "child_process";\nexport default () => cp.exec;' },
      ['PHLOW_LOAD_FAILED', 'built-in', 'trusted', '1:16'],
    ],
    [
      'a built-in required while it runs',
      handler('return require("net").connect(1);'),
      ['PHLOW_MODULE_ERROR', 'built-in', 'guarded', 'index.cjs:2'],
    ],
    [
      'a with statement',
      handler('with ({ a: 1 }) { return a; }'),
      ['PHLOW_LOAD_FAILED', 'with', 'guarded', '2:1'],
    ],
    [
      'a with statement in made code',
      handler('return new Function("o", "with (o) { return a; }")({ a: 1 });'),
      ['PHLOW_MODULE_ERROR', 'with', 'guarded', 'index.cjs:2'],
    ],
    [
      'a top-level await',
      { 'index.js': 'const a = await 1;\nexport default () => a;' },
      ['PHLOW_LOAD_FAILED', 'top-level-await', 'guarded', '1:11'],
    ],
    [
      'a native addon',
      { 'index.cjs': 'module.exports = () => require("./b.node").x;', 'b.node': '\u0000' },
      ['PHLOW_LOAD_FAILED', 'native-addon', 'trusted', '1:32'],
    ],
    [
      'a name that is computed',
      handler('return require(["./", "x"].join(""));'),
      ['PHLOW_MODULE_ERROR', 'loader', 'guarded', 'index.cjs:2'],
    ],
    [
      '`this` of a plain function',
      handler('function f() { return this.x; }\nreturn f();'),
      ['PHLOW_MODULE_ERROR', 'sloppy-mode', 'guarded', 'index.cjs:2'],
    ],
    [
      'a variable that is deleted',
      handler('var a = 1; delete a; return a;'),
      ['PHLOW_LOAD_FAILED', 'sloppy-mode', 'guarded', '2:12'],
    ],
    [
      'a variable that nobody declares',
      handler('leaked = 1;\nreturn leaked;'),
      ['PHLOW_MODULE_ERROR', 'sloppy-mode', 'guarded', 'index.cjs:2'],
    ],
    [
      'a callee that is looked up',
      handler('return arguments.callee;'),
      ['PHLOW_MODULE_ERROR', 'sloppy-mode', 'guarded', 'index.cjs:2'],
    ],
    [
      'a method added to the language',
      handler('Array.prototype.own = 1;\nreturn 1;'),
      ['PHLOW_MODULE_ERROR', 'frozen-intrinsics', 'guarded', 'index.cjs:2'],
    ],
    [
      'a global of pages',
      handler('return document.title;'),
      ['PHLOW_MODULE_ERROR', 'browser-build', 'guarded', 'index.cjs:2'],
    ],
    [
      'made code with an import',
      handler('return Function("return import(\'x\')")();'),
      ['PHLOW_MODULE_ERROR', 'refused-text', 'guarded', 'index.cjs:2'],
    ],
  ])('%s', async (_title, files, expected) => {
    expect(await limit(files)).toEqual(expected);
  });

  test('a fault of the module’s own names none', async () => {
    const error = await errorOf(reply(handler('const a = undefined;\nreturn a.x;')));
    expect(error.message).toMatch(/failed: TypeError: Cannot read properties of undefined \(reading 'x'\)$/);
    expect(error.details?.['code']).toBeUndefined();
  });
});

describe('objects that inherit from those of the language', () => {
  test.each([
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
    'String',
    'Number',
    'Boolean',
    'BigInt',
    'Symbol',
    'Function',
    'RegExp',
    'Promise',
    'Date',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'ArrayBuffer',
    'DataView',
    'Object',
  ])('of %s may have a constructor, toString and valueOf by assignment', async (name) => {
    const source = `
      function F() {}
      F.prototype = Object.create(${name}.prototype);
      for (const key of ['constructor', 'toString', 'valueOf', 'toLocaleString']) F.prototype[key] = F;
      const own = Object.keys(F.prototype);
      let kept = 'changed';
      try { ${name}.prototype.constructor = F; } catch { kept = ${name}.prototype.constructor !== F; }
      return [own, kept];`;
    expect(await reply(handler(source))).toEqual([
      ['constructor', 'toString', 'valueOf', 'toLocaleString'],
      true,
    ]);
  });
});

test('Function("return this") gives the compartment’s global object, other made code is strict', async () => {
  const source = `
    const all = [Function('return this')(), new Function('"use strict"; return this;')(), Function(' return (this) ')()];
    return [all.every((one) => one === globalThis), Function('a', 'return this')() === undefined,
      (function () {}) instanceof Function, Function('a', 'b', 'return a + b')(1, 2), Function.length, Object.isFrozen(Function)];`;
  expect(await reply(handler(source))).toEqual([true, true, true, 3, 1, true]);
});

describe('what a permission would give is asked for by it', () => {
  test.each([
    ['performance.now()', 'clock: precise'],
    ['globalThis.performance.now()', 'clock: precise'],
    ['new WebAssembly.Module(new Uint8Array(8))', 'wasm'],
    ['WebAssembly.compile(new Uint8Array(8))', 'wasm'],
    ['crypto.subtle.digest("SHA-256", new Uint8Array(1))', 'crypto: [subtle]'],
    ['fetch("http://localhost")', 'net.connect'],
  ])('%s', async (code, permission) => {
    const { message } = await errorOf(reply(handler(`return ${code};`)));
    expect(message).toContain(
      `; ask for permissions.${permission} in phlow.yaml, or load the module with isolation: guarded if you know its author`,
    );
  });
});

describe('a member of process that a compartment has not says what a module does in its place', () => {
  const NO_END =
    'a module does not end its process: it returns a reply or throws an error, and stop() frees what it holds';
  test.each([
    ['process.exit()', 'exit', NO_END],
    ['globalThis.process.exit(1)', 'exit', NO_END],
    ['require("process").abort()', 'abort', NO_END],
    ['process.kill(1)', 'kill', 'a compartment has no processes and sends no signals'],
    ['process.chdir("/")', 'chdir', 'a module names each file by its path'],
    ['process.hrtime.bigint()', 'hrtime', 'context.clock.now()'],
    ['process.memoryUsage().rss', 'memoryUsage', 'host.inspect()'],
    ['process.stdout.write("x")', 'stdout', 'context.log or console.log'],
    ['(() => { const p = process; return p.exit(1); })()', 'exit', NO_END],
    ['(() => { const p = require("process"); return p.exit(1); })()', 'exit', NO_END],
    ['(() => { const p = require("node:process"); p.stdout.write("x"); })()', 'stdout', 'console.log'],
    ['process.binding("fs")', 'binding', 'load the module with isolation: guarded'],
  ])('%s', async (code, member, advice) => {
    const { message, details } = await errorOf(reply(handler(`return ${code};`)));
    expect(message).toMatch(new RegExp(`process\\.${member} is not there \\(index\\.cjs:2`));
    expect(message).toContain(advice);
    expect(details).toMatchObject({ code: 'PHLOW_COMPARTMENT_LIMIT', data: { limit: 'process' } });
  });

  test('so does one that was imported by the name of the module’s choice', async () => {
    const source = 'import own from "node:process";\nexport default () => own.exit(1);';
    const { message } = await errorOf(reply({ 'index.js': source }));
    expect(message).toMatch(/process\.exit is not there \(index\.js:2/);
    expect(message).toContain(NO_END);
  });

  test.each([
    ['tools.process', 'const tools = { process: {} }; return tools.process.exit();'],
    ['p', 'let p = process; p = {}; return p.exit();'],
    // The bundler numbers a name that hides another.
    ['p2', 'const p = process; return [{}].map((p) => p.exit(p));'],
    ['p2', 'const p = process; const use = (a, p) => p.exit(); return use(1, {});'],
    ['p', 'const p = process.env; return p.exit();'],
    ['own', 'const own = {}; const p = process; return own.exit(p);'],
  ])('a module’s own object is its own affair: %s in %s', async (name, code) => {
    const { message, details } = await errorOf(reply(handler(code)));
    expect(message).toContain(`${name}.exit is not a function`);
    expect(details).not.toMatchObject({ code: 'PHLOW_COMPARTMENT_LIMIT' });
  });
});
