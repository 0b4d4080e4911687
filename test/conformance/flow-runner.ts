import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../../src/errors.js';
import { sameValue } from '../../src/flow/tests/same-value.js';
import type { LogLine } from '../../src/host/log/log-line.js';
import { openFlow, type Flow } from '../../src/runtime/flow.js';
import { isMap, textOf, type Value } from '../../src/values.js';
import type { VectorRunner } from './runner.js';

/** One case of flow.yaml: a flow, what it is run with, and what must come of it. */
type Vector = Record<string, unknown>;

async function write(dir: string, vector: Vector): Promise<string> {
  const files = isMap(vector['files']) ? vector['files'] : {};
  for (const [name, text] of Object.entries({ ...files, 'main.phlow': vector['source'] })) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, String(text));
  }
  return join(dir, 'main.phlow');
}

async function open(dir: string, vector: Vector, logs: LogLine[]): Promise<Flow> {
  const source =
    vector['source'] === undefined
      ? { flow: vector['flow'] as Value, baseDir: dir }
      : { file: await write(dir, vector) };
  const envs = isMap(vector['env']) ? (vector['env'] as Record<string, string>) : {};
  return openFlow(source, { envs, packagesDir: dir, log: (line) => void logs.push(line) });
}

async function run(flow: Flow, vector: Vector): Promise<Value> {
  const startStep = vector['start_step'];
  return flow.run({
    ...('main' in vector ? { main: vector['main'] as Value } : {}),
    ...('payload' in vector ? { payload: vector['payload'] as Value } : {}),
    ...(typeof startStep === 'string' ? { startStep } : {}),
  });
}

function same(what: string, expected: Value, got: Value): void {
  if (!sameValue(expected, got)) throw new Error(`${what}: expected ${textOf(expected)}, got ${textOf(got)}`);
}

async function check(dir: string, vector: Vector, expect: Record<string, unknown>): Promise<void> {
  const logs: LogLine[] = [];
  let flow: Flow | undefined;
  try {
    flow = await open(dir, vector, logs);
    if (isMap(expect['tests'])) {
      const { total, passed, failed } = await flow.test();
      same('tests', expect['tests'] as Value, { total, passed, failed });
      return;
    }
    const result = await run(flow, vector);
    if ('error_contains' in expect)
      throw new Error(`expected an error, got ${textOf(result)}`, { cause: 'no error' });
    same('result', expect['undefined'] === true ? undefined : (expect['result'] as Value), result);
    // Every run starts afresh: the second one must come to the same.
    same('second result', result, await run(flow, vector));
    const lines = logs
      .filter(({ module }) => module === 'flow')
      .map(({ level, message }) => ({ level, message }));
    const wanted = expect['logs'];
    if (wanted !== undefined) same('logs', wanted as Value, lines.slice(0, lines.length / 2));
  } catch (error) {
    const part = expect['error_contains'];
    if (typeof part !== 'string' || (error instanceof Error && error.cause === 'no error')) throw error;
    if (!messageOf(error).includes(part))
      throw new Error(`expected an error with "${part}", got ${messageOf(error)}`, { cause: error });
  } finally {
    await flow?.close();
  }
}

/** Runs the vectors of flow.yaml through openFlow, with real modules where they name any. */
export async function openFlowRunner(): Promise<VectorRunner> {
  const root = await mkdtemp(join(tmpdir(), 'phlow-flow-'));
  let count = 0;
  return {
    nameOf: (vector, index) => `${textOf(vector['group'])} / ${textOf(vector['name'] ?? index)}`,
    async check(vector) {
      const dir = join(root, String(count++));
      await mkdir(dir);
      const expect = vector['expect_fixed'] ?? vector['expect'];
      if (!isMap(expect)) throw new Error('the vector expects nothing');
      await check(dir, vector, expect);
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}
