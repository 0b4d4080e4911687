import { parseArgs } from 'node:util';
import { Script } from 'node:vm';
import { EXCEPTIONS } from './guest/exceptions.js';
import { runProof, type ContainerKind } from './run-proof.js';
import { MUTATIONS } from './mutations.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const { values } = parseArgs({
  options: {
    mutations: { type: 'boolean', default: false },
    thread: { type: 'boolean', default: false },
    process: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`npm run proof [-- --mutations] [--thread] [--process]

Walks over everything that a sandboxed module reaches and prints how much that is: each object is ECMAScript's or made by code of the guest.
--mutations  also lets objects of Node in, one at a time, and prints whether the walk notices
--thread     only where the guest is a thread
--process    only where the guest is a process
Ends with 1 when an object is neither, can be changed by the module, or was let in and not noticed.
`);
  process.exit();
}
// Where there is none, the library finds every import in the text and nobody is asked.
const hasImportPhases = parses('import.source("x")');
let isGood = true;
const CONTAINERS: readonly ContainerKind[] = ['thread', 'process'];
const only = CONTAINERS.filter((container) => values[container]);
for (const container of only.length > 0 ? only : CONTAINERS) {
  const { reached, functions, calls, complaints, changeable, exceptions } = await runProof(container);
  const excepted = EXCEPTIONS.map(({ name }) => `${name} ${exceptions[name] ?? 0}`).join(', ');
  console.log(
    `${process.version} ${container}: ${reached} objects reached, ${functions} functions, ${calls} calls; exceptions: ${excepted}; complaints: ${complaints.length}; changeable: ${changeable.length}`,
  );
  for (const line of [...complaints, ...changeable.map((path) => `changeable: ${path}`)])
    console.log(`  ${line}`);
  isGood &&= complaints.length === 0 && changeable.length === 0;
  if (!values.mutations) continue;
  for (const mutation of MUTATIONS.filter((one) => one !== 'import' || hasImportPhases)) {
    const found = (await runProof(container, mutation)).complaints;
    console.log(
      `  let in: ${mutation}: ${found.length === 0 ? 'NOT NOTICED' : `noticed, e.g. ${found[0] ?? ''}`}`,
    );
    isGood &&= found.length > 0;
  }
}
process.exitCode = isGood ? 0 : 1;

function parses(text: string): boolean {
  try {
    new Script(text);
    return true;
  } catch {
    return false;
  }
}
