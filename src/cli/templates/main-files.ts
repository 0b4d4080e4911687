import type { Files, Wanted } from './template.js';

/** The manifest of a main module that starts a run of its flow at intervals; of kind `any` it also says how many those were. */
export function mainManifest({ name, kind, isTypeScript }: Wanted): string {
  const answers = `
input:
  type: object
  required: true
  properties:
    action:
      type: string
      required: true
      enum: [runs, last]
      description: What to tell

output:
  type: object
  required: true
  properties:
    runs: { type: integer, description: 'runs: how many have ended' }
    last: { type: any, description: 'last: what the last one resulted in; null before there was one' }
`;
  return `name: ${name}
description: |
  Starts a run of its flow at intervals.${
    kind === 'any'
      ? `

  As a step it tells about the runs that it has started:

  - \`runs\` says how many have ended
  - \`last\` returns what the last one resulted in`
      : ''
  }
version: 0.1.0
type: ${kind}
entry: index.${isTypeScript ? 'ts' : 'js'}
tags: [interval]

# Settings: what a host passes as \`with\`. They are checked before the module starts, and defaults are filled in.
with:
  type: object
  properties:
    every_ms:
      type: integer
      minimum: 1
      default: 1000
      description: Milliseconds from the end of a run to the start of the next one
    times:
      type: integer
      minimum: 0
      default: 3
      description: How many runs to start; 0 goes on until the module is stopped
${kind === 'any' ? answers : ''}`;
}

/** Its code, its tests and an example. */
export function mainFiles(wanted: Wanted, namespace: string): Files {
  return {
    'example.phlow': example(wanted),
    ...(wanted.isTypeScript ? typed(wanted, namespace) : plain(wanted)),
  };
}

function example({ name, kind }: Wanted): string {
  const asked =
    kind === 'any'
      ? `  - id: before
    ${name}.runs:
  - return: { n: main.n, before: steps.before.runs }
`
      : `  - return: { n: main.n, square: main.n * main.n }
`;
  const tests =
    kind === 'any'
      ? `  - it: has started no run in a test
    main: { n: 1 }
    assert_eq: { n: 1, before: 0 }
`
      : `  - it: squares the number of the run
    main: { n: 4 }
    assert_eq: { n: 4, square: 16 }
`;
  return `# A flow that the module starts: \`phlow run example.phlow\`. Its tests, \`phlow test example.phlow\`, start the runs themselves.
main: ${name}
modules:
  - module: ./
    name: ${name}
    # As a package runs. Without this line a module in a folder of your own runs at level trusted.
    isolation: isolated
    with: { every_ms: 10, times: 3 }

steps:
${asked}
tests:
${tests}`;
}

const START = '  start: () => ({ runs: 0, last: null }),\n\n';

function typed({ name, kind }: Wanted, types: string): Files {
  const isHybrid = kind === 'any';
  return {
    'index.ts': isHybrid
      ? `import { createMain } from 'phlow/sdk';
import { answer, type State } from './handlers.ts';
import type { Input, Settings } from './input.ts';
import { startRuns } from './runs.ts';

export default createMain<Input, Settings, State>({
  // Runs once; what it returns is handed to \`main\` and to every call.
${START}  // Runs when a flow names this module as its \`main\`.
  main: (context, state) => startRuns(context, state),

  // Answers the steps that use it.
  handler: ({ input }, _context, state) => answer(state, input),
});
`
      : `import { createMain, type Value } from 'phlow/sdk';
import type { ${types} as Types } from './phlow-modules.js';
import { startRuns, type Runs } from './runs.ts';

export default createMain<Value, Types.Settings, Runs>({
  // Runs once; what it returns is handed to \`main\`.
${START}  // Runs when a flow names this module as its \`main\`; the flow's host ends when it returns.
  main: (context, runs) => startRuns(context, runs),
});
`,
    'runs.ts': `import type { MainContext, Value } from 'phlow/sdk';
import type { ${types} as Types } from './phlow-modules.js';

/** What is known of the runs so far. */
export interface Runs {
  runs: number;
  last: Value;
}

/** Starts one run after the other, until there were as many as the settings say or the module is stopped. */
export async function startRuns({ with: { every_ms, times }, log, clock, signal, dispatch }: MainContext<Types.Settings>, runs: Runs): Promise<void> {
  for (let n = 1; !signal.aborted && (times === 0 || n <= times); n++) {
    runs.last = await dispatch({ n });
    runs.runs++;
    log.info('a run has ended', { n, result: runs.last });
    // Being stopped ends the wait, and is no failure.
    if (n !== times) await clock.sleep(every_ms, signal).catch(() => undefined);
  }
}
`,
    ...(isHybrid
      ? {
          'input.ts': `import type { ${types} as Types } from './phlow-modules.js';

/** What a package asks for, as phlow.yaml says. It has been checked before it arrives here. */
export type Input = Types.Input;
export type Settings = Types.Settings;
export type Output = Types.Output;
`,
          'handlers.ts': `import type { Input, Output } from './input.ts';
import type { Runs } from './runs.ts';

/** What the module keeps while it runs. */
export type State = Runs;

export function answer({ runs, last }: State, { action }: Input): Output {
  return action === 'runs' ? { runs } : { last };
}
`,
        }
      : {}),
    [`test/${name}.test.ts`]: testFile(isHybrid, true),
  };
}

function plain({ name, kind }: Wanted): Files {
  const isHybrid = kind === 'any';
  return {
    'index.js': `${isHybrid ? "import { answer } from './handlers.js';\n" : ''}import { startRuns } from './runs.js';

export default {
  // Runs once; what it returns is handed to \`main\`${isHybrid ? ' and to every call' : ''}.
${START}  // Runs when a flow names this module as its \`main\`${isHybrid ? '' : "; the flow's host ends when it returns"}.
  main: startRuns,
${isHybrid ? '\n  // Answers the steps that use it.\n  handler: ({ input }, _context, state) => answer(state, input),\n' : ''}};
`,
    'runs.js': `/** Starts one run after the other, until there were as many as the settings say or the module is stopped. */
export async function startRuns({ with: { every_ms, times }, log, clock, signal, dispatch }, runs) {
  for (let n = 1; !signal.aborted && (times === 0 || n <= times); n++) {
    runs.last = await dispatch({ n });
    runs.runs++;
    log.info('a run has ended', { n, result: runs.last });
    // Being stopped ends the wait, and is no failure.
    if (n !== times) await clock.sleep(every_ms, signal).catch(() => undefined);
  }
}
`,
    ...(isHybrid
      ? {
          'handlers.js': `export function answer({ runs, last }, { action }) {
  return action === 'runs' ? { runs } : { last };
}
`,
        }
      : {}),
    [`test/${name}.test.js`]: testFile(isHybrid, false),
  };
}

function testFile(isHybrid: boolean, isTypeScript: boolean): string {
  const typed = isTypeScript ? ' as const satisfies TestModuleOptions' : '';
  const answers = `
test('tells about its runs', async () => {
  let finish${isTypeScript ? ': (result: Value) => void' : ''} = () => undefined;
  const result = new Promise${isTypeScript ? '<Value>' : ''}((resolve) => {
    finish = resolve;
  });
  const settings = { every_ms: 1, times: 2 };
  await withModule('.', { ...options, with: settings, dispatch: () => result }, async ({ module, call }) => {
    deepEqual(await call({ action: 'last' }), { last: null });
    finish('done');
    await module.mainEnded;
    deepEqual(await call({ action: 'runs' }), { runs: 2 });
    deepEqual(await call({ action: 'last' }), { last: 'done' });
  });
});
`;
  return `import { deepEqual, ${isHybrid ? '' : 'equal, '}rejects } from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
${isHybrid && isTypeScript ? "import type { Value } from 'phlow';\n" : ''}import { withModule${isTypeScript ? ', type TestModuleOptions' : ''} } from 'phlow/testing';

// At the level at which it runs for strangers.
const options = { isolation: 'isolated', baseDir: dirname(dirname(fileURLToPath(import.meta.url))) }${typed};

test('starts as many runs as its settings say, one after the other', async () => {
  const mains${isTypeScript ? ': unknown[]' : ''} = [];
  const dispatch = async (main${isTypeScript ? ': unknown' : ''}) => {
    mains.push(main);
    return mains.length;
  };
  await withModule('.', { ...options, with: { every_ms: 1, times: 3 }, dispatch }, ({ module }) => module.mainEnded);
  deepEqual(mains, [{ n: 1 }, { n: 2 }, { n: 3 }]);
});
${
  isHybrid
    ? answers
    : `
test('ends when it is stopped', { timeout: 30_000 }, async () => {
  let runs = 0;
  await withModule('.', { ...options, with: { every_ms: 100_000, times: 0 }, dispatch: async () => ++runs }, async ({ logs }) => {
    while (!logs.some(({ message }) => message === 'a run has ended')) await new Promise((resolve) => setImmediate(resolve));
  });
  equal(runs, 1);
});
`
}
test('refuses settings that phlow.yaml does not allow', async () => {
  await rejects(withModule('.', { ...options, with: { every_ms: 0 } }, () => undefined), { code: 'PHLOW_WITH_INVALID' });
});
`;
}
