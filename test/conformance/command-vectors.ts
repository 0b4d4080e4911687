import type { LoadOptions, Module, Terminal } from '../../src/index.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import { expectationsOf } from './outcome.js';
import { checkExact } from './same-reply.js';

type Vector = Readonly<Record<string, unknown>>;

/** What a command did. */
class Recording {
  readonly mains: Value[] = [];
  readonly written = { stdout: '', stderr: '' };
  exit = 0;

  terminal(argv: unknown, app: unknown): Terminal {
    return {
      argv: Array.isArray(argv) ? argv.map(textOf) : [],
      program: isMap(app) ? app : {},
      write: (to, parts) => {
        this.written[to] += parts.map(({ text }) => text).join('');
        return Promise.resolve();
      },
      read: () => Promise.resolve(undefined),
      exitWith: (code) => {
        this.exit = code;
      },
    };
  }

  /** The lines of the block of errors, wherever it was printed. */
  get errors(): readonly string[] {
    const [, block = ''] = /^Error:\n((?: {7}.*\n)*)/m.exec(this.written.stderr + this.written.stdout) ?? [];
    return block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  get hasHelped(): boolean {
    return /^Usage: /.test(this.written.stdout) || /^Usage: /.test(this.written.stderr);
  }
}

/** Runs the cases of a vector of the cli module, each in a module of its own. */
export async function checkCommands(
  load: (options: LoadOptions) => Promise<Module>,
  vector: Vector,
): Promise<void> {
  const cases = Array.isArray(vector['cases']) ? vector['cases'].filter(isMap) : [];
  for (const [index, one] of cases.entries()) {
    const recording = new Recording();
    const module = await load({
      name: `cli-${index}`,
      terminal: recording.terminal(one['argv'], vector['app']),
      dispatch: (main) => {
        recording.mains.push(main);
        if (one['flow_error'] === true) return Promise.reject(new Error('the flow failed'));
        return Promise.resolve(one['flow_output'] as Value);
      },
    });
    await module.mainEnded;
    try {
      checkCase(expectationsOf(one), recording);
    } catch (error) {
      throw new Error(`case ${index + 1}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

function checkCase(expected: Vector, recording: Recording): void {
  const isRefused = expected['help'] === true || 'errors' in expected;
  if ('main' in expected) checkExact([expected['main']], recording.mains);
  else if (isRefused) checkExact([], recording.mains);
  if ('errors' in expected) checkExact(expected['errors'], recording.errors);
  if ('help' in expected) checkExact(expected['help'], recording.hasHelped);
  checkExact(expected['exit'] ?? 0, recording.exit);
  if (!('stdout' in expected)) return;
  // Of a help the vectors have neither the blanks at the ends of lines nor the line at its end.
  const plain = (text: unknown): string =>
    expected['help'] === true
      ? textOf(text)
          .replaceAll(/[ \t]+$/gm, '')
          .trimEnd()
      : textOf(text);
  checkExact(plain(expected['stdout']), plain(recording.written.stdout));
}
