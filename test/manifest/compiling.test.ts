import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const FLAG = '--disallow-code-generation-from-strings';

/** What a process prints that was started with the flag; `parse` reads the text of a manifest, `shown` is printed. */
function printedWithFlag(script: string): unknown {
  const file = (ours: string): string =>
    JSON.stringify(new URL(`../../src/manifest/${ours}.js`, import.meta.url).href);
  const whole = `
    const { parseManifest } = await import(${file('parse')});
    const { compileValidator } = await import(${file('compile-validator')});
    const parse = (text) => parseManifest(text, 'phlow.yaml');
    const codeOf = (run) => { try { run(); } catch (error) { return [error.code, error.message]; } };
    const RealFunction = Function;
    let shown;
    ${script}
    console.log(JSON.stringify(shown));
  `;
  const args = [FLAG, '--input-type=module', '--eval', whole];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const MANIFEST = `
name: m
input:
  type: object
  properties:
    name: { type: string, pattern: '^a+$', default: aa }
    list: { type: array, items: { $ref: '#/properties/name' } }
`;

describe(`where Node.js was started with ${FLAG}`, () => {
  test('schemas are compiled, defaults checked, and values checked and filled in', () => {
    const script = `
      const check = compileValidator(parse(${JSON.stringify(MANIFEST)}).input);
      const good = { list: ['a'] };
      shown = [check(good), good, check({ name: 'b' })[0].message];
    `;
    const message = 'input.name must match the pattern ^a+$: found "b"';
    expect(printedWithFlag(script)).toEqual([null, { list: ['a'], name: 'aa' }, message]);
  });

  test('a schema that is no good is told in the same words as ever', () => {
    const script = `
      const wrong = [${JSON.stringify(MANIFEST.replace('default: aa', 'default: b'))}, ${JSON.stringify(MANIFEST.replace('properties/name', 'nowhere'))}];
      shown = wrong.map((text) => codeOf(() => parse(text)));
    `;
    expect(printedWithFlag(script)).toEqual([
      ['PHLOW_MANIFEST_INVALID', expect.stringContaining('must match the pattern')],
      ['PHLOW_MANIFEST_INVALID', expect.stringContaining('refers to #/nowhere: found nothing there')],
    ]);
  });

  test('the global Function is the real one again afterwards, and may make nothing', () => {
    const script = `
      parse(${JSON.stringify(MANIFEST)});
      codeOf(() => parse('name: m\\ninput: { $ref: "#/nowhere" }'));
      let thrown;
      try { new Function('return 1'); } catch (error) { thrown = error.name; }
      shown = [Function === RealFunction, Object.getOwnPropertyDescriptor(globalThis, 'Function').enumerable, thrown];
    `;
    expect(printedWithFlag(script)).toEqual([true, false, 'EvalError']);
  });

  test('a locked global Function is an error that names the flag and what to do', () => {
    const script = `
      Object.defineProperty(globalThis, 'Function', { writable: false, configurable: false });
      shown = codeOf(() => parse(${JSON.stringify(MANIFEST)}));
    `;
    expect(printedWithFlag(script)).toEqual([
      'PHLOW_ENGINE_UNSUPPORTED',
      `Cannot compile the schemas of a manifest: this process was started with ${FLAG}, and something has locked its global Function; start without the flag, or lock Function after the modules are loaded`,
    ]);
  });
});
