import type { CaseResult } from '../../index.js';
import { messageOf } from '../../errors.js';
import type { OptionSpecs } from '../args.js';
import { defineCommand, type Surroundings } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';
import { resultText } from '../result-text.js';

const TEST_OPTIONS = {
  filter: { kind: 'text', value: 'TEXT', help: 'run only cases whose full title contains the text' },
  json: { kind: 'flag', help: 'print one line of JSON' },
} as const satisfies OptionSpecs;

/** Runs the test cases that stand in flows. */
export const test = defineCommand({
  name: 'test',
  parameters: 'FILE...',
  summary: 'run the test cases of flows',
  positionals: { least: 1, most: Infinity },
  options: TEST_OPTIONS,
  run: ({ options, positionals }, surroundings) =>
    testFlows(positionals, { filter: options.filter, json: options.json === true }, surroundings),
});

/** What the tests of one flow came to. */
interface Tested {
  readonly file: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly CaseResult[];
}

/** Runs the tests of each flow, one flow after the other, and prints what they came to; fails when one of them does. */
export async function testFlows(
  files: readonly string[],
  request: { readonly filter: string | undefined; readonly json: boolean },
  { print, signal }: Surroundings,
): Promise<number> {
  const tested: Tested[] = [];
  const { openFlow } = await library();
  for (const file of files) {
    const flow = await openFlow(file);
    try {
      const options = request.filter === undefined ? { signal } : { signal, filter: request.filter };
      tested.push({ file, ...(await flow.test(options)) });
    } finally {
      await flow.close();
    }
  }
  if (request.json) print.result(resultText({ files: tested.map(asRecord) }, true) ?? '');
  else for (const line of tested.flatMap(asLines)) print.result(line);
  return tested.some(({ failed }) => failed > 0) ? EXIT.failed : EXIT.ok;
}

function asLines({ file, total, passed, failed, results }: Tested): string[] {
  return [
    ...results.map((result) => `${result.passed ? 'ok  ' : 'FAIL'} ${result.case.title}${reason(result)}`),
    `${file}: ${passed} of ${total} passed${failed === 0 ? '' : `, ${failed} failed`}`,
  ];
}

function reason({ passed, message, error }: CaseResult): string {
  if (passed) return '';
  const cause = error === undefined || message.includes(messageOf(error)) ? '' : ` (${messageOf(error)})`;
  return `\n     ${message.replaceAll('\n', '\n     ')}${cause}`;
}

function asRecord({ file, total, passed, failed, results }: Tested): Record<string, unknown> {
  return {
    file,
    total,
    passed,
    failed,
    results: results.map((result) => ({
      index: result.index,
      title: result.case.title,
      passed: result.passed,
      message: result.message,
    })),
  };
}
