import { Session, type Profiler } from 'node:inspector';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createHost } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

// Prints, as JSON, the files of the project that run for one package: V8's coverage between two looks, in the host and in the thread.

const DIST = fileURLToPath(new URL('../../', import.meta.url));

/** A module that looks at the coverage of its own thread. */
const MODULE = `
import { Session } from 'node:inspector';
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
export default ({ input }) => (input.looks === true ? look() : { n: input.n });
async function look() {
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  let found;
  session.post('Profiler.takePreciseCoverage', (_, taken) => (found = taken.result));
  return JSON.stringify(found);
}
`;

/** The source of what stands at this place: a bundle says above each part which file that was. */
function sourceAt(url: string, offset: number): string | undefined {
  if (!url.startsWith(`file://${DIST}`)) return undefined;
  const file = fileURLToPath(url);
  const name = file.slice(DIST.length);
  if (!name.includes('.bundle.')) return name;
  const above = readFileSync(file, 'utf8').slice(0, offset);
  return [...above.matchAll(/^\/\/ dist\/(\S+)$/gm)].at(-1)?.[1];
}

function filesIn(coverage: readonly Profiler.ScriptCoverage[]): string[] {
  return coverage.flatMap(({ url, functions }) =>
    functions
      .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
      .map(({ ranges }) => sourceAt(url, ranges[0]?.startOffset ?? 0))
      .filter((file) => file !== undefined),
  );
}

async function filesOfOneCall(): Promise<string[]> {
  return await withFolder(async (folder) => {
    writeFiles(folder, {
      'looking/phlow.yaml': 'name: looking\nversion: 1.0.0\ntype: step\n',
      'looking/index.mjs': MODULE,
    });
    const host = await createHost();
    const module = await host.load(join(folder, 'looking'), { isolation: 'trusted' });
    const session = new Session();
    session.connect();
    let inHost: Profiler.ScriptCoverage[] = [];
    const look = (): void => {
      session.post('Profiler.takePreciseCoverage', (_, taken) => (inHost = taken.result));
    };
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    for (let n = 0; n < 50; n++) await module.call({ n });
    // A thread that has sent many messages in its last turns collects the next ones: the package traced here finds both threads at rest.
    await setImmediate();
    await setImmediate();
    await module.call({ looks: true });
    look();
    await module.call({ n: 50 });
    look();
    // What the thread has done since its last look: the end of that one, the package, the beginning of this one.
    const inThread = JSON.parse(await module.call<string>({ looks: true })) as Profiler.ScriptCoverage[];
    await host.close();
    const files = [...filesIn(inHost), ...filesIn(inThread)].filter(
      (file) => file.startsWith('src/') || file.startsWith('workers/'),
    );
    return [...new Set(files.map((file) => file.replace(/\.js$/, '.ts')))].sort();
  });
}

process.stdout.write(JSON.stringify(await filesOfOneCall()));
