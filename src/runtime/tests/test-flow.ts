import { Diagnostics } from '../../flow/diagnostics.js';
import { loadFlow } from '../../flow/load-flow.js';
import { testsOf, wantedCases, type TestOptions, type TestReport } from '../../flow/tests/run-tests.js';
import type { TestCase } from '../../flow/tests/test-tree.js';
import { Flow } from '../flow.js';
import type { FlowTools, OpenFlowOptions } from '../flow-options.js';
import type { PackageFlowOptions } from '../held-flow.js';
import { readOptions } from '../../options.js';
import { TEST_FLOW_OPTIONS } from '../option-rules.js';
import { findFlow, type FlowSource, type FoundFlow } from '../flow-source.js';
import type { Mocks } from '../open-context.js';

/** How the tests of a flow are run; everything is optional. */
export interface TestFlowOptions
  extends
    TestOptions,
    PackageFlowOptions,
    Pick<OpenFlowOptions, 'host' | 'functions' | 'modules' | 'packagesDir' | 'envs' | 'log' | 'onStep'> {}

/**
 * Opens a flow the way its tests need it, runs them and closes it: modules that every case mocks are not loaded, and modules see a clock
 * that stands still as soon as one case moves it. Their replies are checked against their manifests.
 *
 * @throws as `openFlow`, and PHLOW_FLOW_INVALID when there are no tests. A case that fails rejects nothing: see the report.
 */
export async function testFlow(source: FlowSource, options?: TestFlowOptions): Promise<TestReport> {
  const read = readOptions('Cannot test a flow', options, TEST_FLOW_OPTIONS);
  return runFlowTests(findFlow(source), read);
}

/** `testFlow` for a flow that was found, for tools. */
export async function runFlowTests(
  found: FoundFlow,
  { filter, signal, timeoutMs, ...options }: TestFlowOptions,
  tools: Omit<FlowTools, 'checkOutput' | 'mocks'> = {},
): Promise<TestReport> {
  const diagnostics = new Diagnostics();
  const document = loadFlow(found.origin, found.files, diagnostics);
  diagnostics.check();
  const tree = testsOf(document);
  const cases = wantedCases(tree, filter);
  if (cases.length === 0) {
    const all = wantedCases(tree, undefined).length;
    return { total: 0, passed: 0, failed: 0, results: [], tree, all };
  }
  const clock = cases.some(({ advance }) => advance !== undefined) ? 'manual' : 'real';
  const testing = { ...tools, checkOutput: true, mocks: mocksOf(cases) };
  const flow = await Flow.open(sourceOf(found), { ...options, clock }, testing);
  try {
    return await flow.test({ filter, signal, timeoutMs });
  } finally {
    await flow.close();
  }
}

function mocksOf(cases: readonly TestCase[]): Mocks {
  const names = new Set(cases.flatMap(({ mocks }) => [...mocks.keys()]));
  const isAlways = (name: string): boolean => cases.every(({ mocks }) => mocks.has(name));
  return new Map([...names].map((name) => [name, isAlways(name) ? 'always' : 'sometimes']));
}

/** The same text once more: the file may change in between. */
function sourceOf({ origin, baseDir }: FoundFlow): FlowSource {
  if (origin.kind === 'value') return { flow: origin.flow, baseDir };
  return { text: origin.text, file: origin.path, baseDir };
}
