import { describe, expect, test } from '@jest/globals';
import { importsIn } from '../../../src/sandbox/snapshot/imports-in.js';
import { Pace } from '../../../src/sandbox/snapshot/list-tree.js';

async function found(source: string): Promise<readonly string[]> {
  const specifiers: string[] = [];
  for await (const one of importsIn(Buffer.from(source), new Pace())) specifiers.push(one);
  return specifiers;
}

describe('what a source may import is found by its words', () => {
  test('each once, wherever the source is cut', async () => {
    const imports = Array.from({ length: 5_000 }, (_, n) => `import 'package-${n}';`);
    const expected = imports.map((_, n) => `package-${n}`);
    for (const before of ['', 'x', 'xy'.repeat(7), `"${'é'.repeat(11)}";`])
      expect(await found(before + imports.join('') + imports.join('\n'))).toEqual(expected);
  });

  test('a long one that lies across a cut', async () => {
    const name = 'n'.repeat(512);
    for (let at = 32_768 - 600; at <= 32_768; at += 7)
      expect(await found(`${' '.repeat(at)}import '${name}'`)).toEqual([name]);
  });

  test('by its value, however it is spelled', async () => {
    const spelled = String.raw`import "\u0066oo"; require('\x66oo-b'); import("\u{66}oo-c"); from '\146oo-d'; from "f\oo-e"`;
    expect(await found(spelled)).toEqual(['foo', 'foo-b', 'foo-c', 'foo-d', 'foo-e']);
  });

  test('a signal ends it', async () => {
    const abort = new AbortController();
    abort.abort(new Error('closed'));
    const reading = async (): Promise<void> => {
      for await (const one of importsIn(Buffer.alloc(64 * 1_048_576, 'import'), new Pace(abort.signal)))
        throw new Error(one);
    };
    await expect(reading()).rejects.toThrow('closed');
  });
});
