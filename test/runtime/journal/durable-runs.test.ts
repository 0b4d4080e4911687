import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  listRuns,
  openFlow,
  pruneRuns,
  type Flow,
  type OpenFlowOptions,
  type Value,
} from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const INDEX = new URL('../../../src/index.js', import.meta.url).href;
const SDK = new URL('../../../src/sdk/index.js', import.meta.url).href;
const QUIET = { log: () => undefined, envs: {} };

type Act = (input: Value) => Value | Promise<Value>;

/** Opens a flow whose module `act` is the function. */
function open(text: string, journal: OpenFlowOptions['journal'], act: Act = (input) => input): Promise<Flow> {
  const modules = text.includes('act') ? { act: ({ input }: { input: Value }) => act(input) } : {};
  return openFlow({ text }, { ...QUIET, modules, ...(journal === undefined ? {} : { journal }) });
}

const FAILS =
  'modules: [act]\nsteps:\n  - id: first\n    act: 1\n  - act: 2\n  - payload: [steps.first, payload]\n';

describe('a run that failed', () => {
  test('goes on at the step that failed, and keeps its id and its key', () =>
    withFolder(async (journal) => {
      const seen: Value[] = [];
      let isDown = true;
      await using flow = await open(FAILS, journal, (input) => {
        seen.push(input);
        if (input === 2 && isDown) throw new Error('down');
        return input;
      });
      const failure = await errorOf(flow.run({ id: 'a' }));
      expect(failure).toMatchObject({ code: 'PHLOW_FLOW_STEP_FAILED' });
      expect(listRuns(journal)).toMatchObject([
        { id: 'a', state: 'failed', step: 'steps[0]', code: 'PHLOW_FLOW_STEP_FAILED' },
      ]);
      isDown = false;
      expect(await flow.resume('a')).toEqual([1, 2]);
      expect(seen).toEqual([1, 2, 2]);
      expect(listRuns(journal)).toMatchObject([{ id: 'a', state: 'done' }]);
    }));

  test('runs on_error and finally of the flow again when it fails again, with keys of their own', () =>
    withFolder(async (journal) => {
      const text =
        'modules: [act]\nsteps:\n  - act: { fail: true }\non_error:\n  - act: { on_error: run.key }\nfinally:\n  - act: { last: run.key }\n';
      const seen: Value[] = [];
      let isDown = true;
      await using flow = await open(text, journal, (input) => {
        const isFailing = (input as { fail?: boolean }).fail === true;
        if (isFailing && isDown) throw new Error('down');
        if (!isFailing) seen.push(input);
        return input;
      });
      await errorOf(flow.run({ id: 'a' }));
      await errorOf(flow.resume('a'));
      isDown = false;
      expect(await flow.resume('a')).toEqual({ fail: true });
      const keys = seen.map((input) => Object.values(input as object)[0] as string);
      expect(seen.map((input) => Object.keys(input as object)[0])).toEqual([
        'on_error',
        'last',
        'on_error',
        'last',
        'last',
      ]);
      expect(new Set(keys).size).toBe(5);
    }));
});

const ONCE =
  'modules: [act]\nsteps:\n  - payload: 1\n  - id: paid\n    act: run.key\n    once: true\n  - payload: [steps.paid, "after"]\n';

describe('a step marked once', () => {
  /** A run that failed in the step, after it had begun. */
  async function begun(journal: string, calls: Value[]): Promise<Flow> {
    const flow = await open(ONCE.replace('act: run.key', 'act: !phs run.key'), journal, (input) => {
      calls.push(input);
      if (calls.length === 1) throw new Error('lost');
      return input;
    });
    await errorOf(flow.run({ id: 'a' }));
    return flow;
  }

  test('is not repeated when it had begun, and the error says what to do', () =>
    withFolder(async (journal) => {
      const calls: Value[] = [];
      await using flow = await begun(journal, calls);
      for (let time = 0; time < 2; time++) {
        expect(await errorOf(flow.resume('a'))).toMatchObject({
          code: 'PHLOW_RUN_UNCERTAIN',
          message: expect.stringMatching(/steps\[1\] had begun.*lost.*--again.*--done JSON/),
          details: { id: 'a', steps: ['steps[1]'], keys: ['a:1'] },
        });
      }
      expect(calls).toEqual(['a:1']);
    }));

  test('is repeated with again, under the same key', () =>
    withFolder(async (journal) => {
      const calls: Value[] = [];
      await using flow = await begun(journal, calls);
      expect(await flow.resume('a', { again: true })).toEqual(['a:1', 'after']);
      expect(calls).toEqual(['a:1', 'a:1']);
    }));

  test('has the output that done says, and does nothing', () =>
    withFolder(async (journal) => {
      const calls: Value[] = [];
      await using flow = await begun(journal, calls);
      expect(await flow.resume('a', { done: 5n })).toEqual([5n, 'after']);
      expect(calls).toEqual(['a:1']);
      expect(await errorOf(flow.resume('a', { done: 1 }))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
    }));

  test('must be marked with true or false', async () => {
    const failure = await errorOf(open('steps:\n  - payload: 1\n    once: maybe\n', undefined));
    expect(failure).toMatchObject({ code: 'PHLOW_FLOW_INVALID', place: { line: 3 } });
  });
});

describe('a journal', () => {
  test('is for its owner alone', () =>
    withFolder(async (folder) => {
      const journal = join(folder, 'made');
      await using flow = await open('steps:\n  - payload: 1\n', { folder: journal, sync: 'power' });
      await flow.run({ id: 'a' });
      if (process.platform === 'win32') return;
      expect(statSync(journal).mode & 0o777).toBe(0o700);
      expect(statSync(join(journal, 'a.jsonl')).mode & 0o777).toBe(0o600);
    }));

  // In a process of its own: the classes of a test's realm are not those that structuredClone makes.
  test('keeps values that JSON has no word for', () =>
    withFolder((folder) => {
      const code = `
        import assert from 'node:assert/strict';
        import { openFlow } from '${INDEX}';
        const value = { at: new Date(5), big: 2n ** 60n, bytes: new Uint8Array([1, 2]), none: undefined, map: new Map([[1, 'x']]) };
        let isDown = true;
        const act = ({ input }) => {
          if (input === 2 && isDown) throw new Error('down');
          return input === 1 ? value : null;
        };
        const text = 'modules: [act]\\nsteps:\\n  - id: got\\n    act: 1\\n  - act: 2\\n  - return: [steps.got, main]\\n';
        const flow = await openFlow({ text }, { modules: { act }, journal: '${folder}' });
        await assert.rejects(flow.run({ id: 'a', main: value }), { code: 'PHLOW_FLOW_STEP_FAILED' });
        isDown = false;
        const found = { ...value, none: null };
        assert.deepEqual(await flow.resume('a'), [found, found]);
        await flow.close();
      `;
      const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        encoding: 'utf8',
      });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    }));

  test('has one run of an id, and names it a name of a file', () =>
    withFolder(async (journal) => {
      await using flow = await open('steps:\n  - payload: main\n', journal);
      expect(await flow.run({ id: 'a', main: 3 })).toBe(3);
      expect(await errorOf(flow.run({ id: 'a' }))).toMatchObject({ code: 'PHLOW_RUN_EXISTS' });
      expect(await errorOf(flow.run({ id: '../a' }))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
      expect(await errorOf(flow.resume('b'))).toMatchObject({ code: 'PHLOW_RUN_UNKNOWN' });
      // A run that is done gives its result again.
      expect(await flow.resume('a')).toBe(3);
    }));

  test('lets nobody resume a run that goes on', () =>
    withFolder(async (journal) => {
      let release: (value: Value) => void = () => undefined;
      let begins: () => void = () => undefined;
      const isBegun = new Promise<void>((resolve) => (begins = resolve));
      await using flow = await open('modules: [act]\nsteps:\n  - act: 1\n', journal, () => {
        begins();
        return new Promise((resolve) => (release = resolve));
      });
      const running = flow.run({ id: 'a' });
      await isBegun;
      expect(listRuns(journal)).toMatchObject([{ id: 'a', state: 'running' }]);
      expect(await errorOf(flow.resume('a'))).toMatchObject({ code: 'PHLOW_RUN_BUSY' });
      release('end');
      expect(await running).toBe('end');
    }));

  test('is refused by a flow that has changed, also in a file that it includes', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'main.phlow': 'steps:\n  - payload: 10 / main\n  - !include part\n',
        'part.phlow': 'payload: 1\n',
      });
      const journal = join(folder, 'journal');
      const path = join(folder, 'main.phlow');
      {
        await using flow = await openFlow(path, { ...QUIET, journal });
        await errorOf(flow.run({ id: 'a', main: 0 }));
      }
      writeFileSync(join(folder, 'part.phlow'), 'payload: 2\n');
      await using changed = await openFlow(path, { ...QUIET, journal });
      expect(await errorOf(changed.resume('a'))).toMatchObject({
        code: 'PHLOW_RUN_CHANGED',
        details: { changed: ['part.phlow'] },
      });
    }));

  test('names the line that is damaged', () =>
    withFolder(async (journal) => {
      await using flow = await open('steps:\n  - payload: 10 / main\n', journal);
      await errorOf(flow.run({ id: 'a', main: 0 }));
      appendFileSync(join(journal, 'a.jsonl'), 'x\n');
      expect(await errorOf(flow.resume('a'))).toMatchObject({
        code: 'PHLOW_JOURNAL_INVALID',
        details: { line: 3 },
      });
      expect(listRuns(journal)).toMatchObject([{ state: 'damaged', code: 'PHLOW_JOURNAL_INVALID' }]);
    }));

  test('ends a run whose value a file cannot hold, which no on_error handles', () =>
    withFolder(async (journal) => {
      const text = 'steps:\n  - id: made\n    payload: !phs { f: |x| x }\n    on_error: { payload: 1 }\n';
      await using flow = await open(text, journal);
      expect(await errorOf(flow.run())).toMatchObject({
        code: 'PHLOW_JOURNAL_VALUE',
        message: expect.stringContaining('steps[0]'),
      });
    }));

  test('has nothing of a flow without one', () =>
    withFolder(async (folder) => {
      await using flow = await open('steps:\n  - payload: !phs [run.id, run.key]\n', undefined);
      const [first, second] = [await flow.run(), await flow.run()] as [string[], string[]];
      expect(first[1]).toBe(`${first[0] ?? ''}:0`);
      expect(first[0]).not.toBe(second[0]);
      expect(await errorOf(flow.run({ id: 'a' }))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
      expect(await errorOf(flow.resume('a'))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
      expect(existsSync(join(folder, 'journal'))).toBe(false);
    }));

  test('calls a run interrupted when its flow is closed under it, and keeps such runs', () =>
    withFolder(async (journal) => {
      let begins: () => void = () => undefined;
      const isBegun = new Promise<void>((resolve) => (begins = resolve));
      const text = 'modules: [act]\nsteps:\n  - act: 1\n';
      const flow = await open(text, journal, () => {
        begins();
        return new Promise(() => undefined);
      });
      const running = errorOf(flow.run({ id: 'a' }));
      await isBegun;
      await flow.close({ graceMs: 0 });
      expect(await running).toMatchObject({ code: 'PHLOW_FLOW_CANCELLED' });
      expect(listRuns(journal)).toMatchObject([{ id: 'a', state: 'interrupted' }]);
      expect(pruneRuns(journal, 0)).toEqual([]);
      await using again = await open(text, journal);
      expect(await again.resume('a')).toBe(1);
      expect(pruneRuns(journal, 0)).toEqual(['a']);
      expect(listRuns(journal)).toEqual([]);
    }));

  test('lets one of two who resume a run at the same time do so', () =>
    withFolder(async (journal) => {
      const text = 'modules: [act]\nsteps:\n  - act: 1\n';
      let release: (() => void) | undefined;
      const isReleased = new Promise<Value>((resolve) => (release = () => resolve('end')));
      let calls = 0;
      const act: Act = () => {
        if (calls++ === 0) throw new Error('down');
        return isReleased;
      };
      await using one = await open(text, journal, act);
      await using other = await open(text, journal, act);
      await errorOf(one.run({ id: 'a' }));
      const both = [one.resume('a'), other.resume('a')];
      expect(await errorOf(Promise.race(both))).toMatchObject({ code: 'PHLOW_RUN_BUSY' });
      release?.();
      const statuses = (await Promise.allSettled(both)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(calls).toBe(2);
    }));

  test('is not kept of a flow of a package that is opened by itself', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow_packages/flow/phlow.yaml': 'name: flow\n',
        'phlow_packages/flow/module.phlow': 'steps:\n  - payload: !phs [run.id, run.key]\n',
      });
      const path = join(folder, 'phlow_packages/flow');
      const options = { ...QUIET, packagesDir: folder };
      const failure = await errorOf(openFlow(path, { ...options, journal: join(folder, 'journal') }));
      expect(failure).toMatchObject({ code: 'PHLOW_OPTION_INVALID', details: { option: 'journal' } });
      // Its runs differ all the same.
      await using flow = await openFlow(path, options);
      const [first, second] = [await flow.run(), await flow.run()] as [string[], string[]];
      expect(first[1]).toBe(`${first[0] ?? ''}:0`);
      expect(first[0]).not.toBe(second[0]);
    }));

  test('has a run for each event of a main module', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'main.phlow':
          'main: source\nmodules:\n  - module: ./source\n    isolation: trusted\nsteps:\n  - payload: 10 / main\n',
        'source/phlow.yaml': 'name: source\ntype: main\n',
        'source/index.js': `import { createMain } from '${SDK}';
export default createMain({ async main({ dispatch }) { await dispatch(2); await dispatch(0).catch(() => undefined); } });
`,
      });
      const journal = join(folder, 'journal');
      await using flow = await openFlow(join(folder, 'main.phlow'), { ...QUIET, journal, serve: true });
      await flow.mainEnded;
      expect(
        listRuns(journal)
          .map(({ state }) => state)
          .toSorted(),
      ).toEqual(['done', 'failed']);
    }));

  test('says in its first line what the run was started with', () =>
    withFolder(async (journal) => {
      await using flow = await open('steps:\n  - payload: 1\n  - id: here\n    payload: main\n', journal);
      await flow.run({ id: 'a', main: 4, startStep: 'here' });
      const [first] = readFileSync(join(journal, 'a.jsonl'), 'utf8').split('\n');
      expect(JSON.parse(first ?? '')).toMatchObject({
        t: 'run',
        version: 1,
        id: 'a',
        main: [4],
        step: 'here',
      });
      expect(await flow.resume('a')).toBe(4);
    }));
});
