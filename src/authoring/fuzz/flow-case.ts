import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { isMap } from '../../values.js';
import { visibleJson, visibleLine } from '../../visible-text.js';
import type { FuzzOptions, FuzzReport } from './fuzz-module.js';
import type { FuzzCall } from './run-sequence.js';

/** The first line of each file: by it one that was written before is known. */
const CASE_HEADER = '# Written by phlow fuzz.';

/** What a case is written for. */
export interface FlowCaseOptions extends Pick<
  FuzzOptions,
  'with' | 'isolation' | 'grant' | 'timeoutMs' | 'baseDir'
> {
  /** How the module was named. */
  readonly module: string;
  /** Where the flow is going to lie. */
  readonly file: string;
  /** The command that finds the sequence again. */
  readonly command: string;
}

/**
 * A flow whose tests send the calls of a failure, and fail for as long as the module does. Undefined where JSON has no word for the last input, such as NaN; calls before it that were
 * refused are left out for that.
 */
export function flowCase(report: FuzzReport, options: FlowCaseOptions): string | undefined {
  const { failure, module: name } = report;
  const last = failure?.calls.at(-1);
  if (failure === undefined || last === undefined || !isJson(last.input)) return undefined;
  const calls = failure.calls.filter(({ input }) => isJson(input));
  const { with: settings, isolation, grant, timeoutMs = 2_000, command } = options;
  return [
    CASE_HEADER,
    `# ${visibleLine(failure.message)}`,
    `# To find it again: ${visibleLine(command, 2_000)}`,
    'modules:',
    `  - module: ${quoted(placeOf(options))}`,
    `    name: ${quoted(name)}`,
    ...(isolation === undefined ? [] : [`    isolation: ${quoted(isolation)}`]),
    ...(grant === undefined ? [] : [`    grant: ${visibleJson(JSON.stringify(grant))}`]),
    ...(isMap(settings) ? [`    with: !phs ${quoted(jsonOf(settings))}.parse_json().value`] : []),
    'steps:',
    // Texts that look like numbers stay texts: nothing but the expression reads the JSON.
    `  - use: ${quoted(name)}`,
    '    input: !phs main.json.parse_json().value',
    `    timeout: ${timeoutMs}`,
    'tests:',
    ...calls.flatMap((call, i) => caseLines(call, i + 1, calls.length)),
    '',
  ].join('\n');
}

function caseLines({ input, outcome }: FuzzCall, number: number, count: number): readonly string[] {
  return [
    `  - it: "call ${number} of ${count}"`,
    '    main:',
    `      json: ${quoted(jsonOf(input))}`,
    outcome === 'refused' || outcome === 'failed' ? '    expect_error: true' : '    assert: true',
  ];
}

/** How the flow names the module: a folder by its path from there. */
function placeOf({ module, file, baseDir = '.' }: FlowCaseOptions): string {
  if (!/^\.{1,2}(?:[\\/]|$)/.test(module) && !isAbsolute(module)) return module;
  const path = relative(dirname(resolve(file)), resolve(baseDir, module))
    .split(sep)
    .join('/');
  return path.startsWith('..') ? path : `./${path}`;
}

/** In an object: the language reads no other JSON, and no flow takes its text for a number. */
function jsonOf(value: unknown): string {
  // Signs that begin code or a directive in a flow, wherever they stand.
  return visibleJson(JSON.stringify({ value })).replace(
    /[`!$]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
  );
}

function quoted(text: string): string {
  return visibleJson(JSON.stringify(text));
}

/** True for a value that JSON says as it is. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isJson);
  return isMap(value) && Object.values(value).every(isJson);
}
