import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runInThisContext } from 'node:vm';
import { createHost, isPhlowError, type IsolationLevel } from '../../src/index.js';
import { copyOf } from '../../src/wire/copy.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { VALUES } from './values.js';

/** What came of one value in one direction at one level. */
export type Cell = 'equal' | 'changed' | 'absent' | `refused ${string}`;

/** One value: what came of it by column, such as `trusted in`. */
export interface Row {
  readonly value: string;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** Replies with what it is sent, or with a value that it makes itself. */
const MODULE = `const make = {
${Object.entries(VALUES)
  .map(([name, code]) => `  ${JSON.stringify(name)}: () => (${code}),`)
  .join('\n')}
};
export default ({ input }) => {
  if (!Array.isArray(input) || input[0] !== 'make') return { got: input.got };
  let made;
  try {
    made = make[input[1]]();
  } catch {
    return 'absent';
  }
  return { got: made };
};
`;

/** The manifests of that module: the input of one with a schema is copied for the check, which may not lose anything either. */
const MANIFESTS = { '': 'name: values\n', ', checked': 'name: values\ninput: { type: any }\n' } as const;

/** Sends every value to a module and back, and has it make every value, at each of the levels; and what a function in a flow is given or gives. */
export function matrix(levels: readonly IsolationLevel[]): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    for (const [kind, manifest] of Object.entries(MANIFESTS))
      writeFiles(join(folder, kind), {
        'phlow.yaml': manifest,
        'package.json': '{ "type": "module" }',
        'index.js': MODULE,
      });
    const rows = Object.keys(VALUES).map((value) => ({ value, cells: new Map<string, Cell>() }));
    for (const { value, cells } of rows) cells.set('function', await cellOf(value, copied));
    await using host = await createHost({ logLevel: 'off' });
    for (const isolation of levels) {
      for (const kind of Object.keys(MANIFESTS)) {
        const name = `${isolation}${kind.replace(', ', '-')}`;
        await using module = await host.load(join(folder, kind), { name, isolation, jail: 'off' });
        for (const { value, cells } of rows) {
          cells.set(`${isolation} in${kind}`, await cellOf(value, (made) => module.call({ got: made })));
          if (kind === '')
            cells.set(`${isolation} out`, await cellOf(value, () => module.call(['make', value])));
        }
      }
    }
    return rows;
  });
}

async function copied(made: unknown): Promise<unknown> {
  return { got: copyOf(made, 'PHLOW_INPUT_UNCLONABLE', 'input') };
}

/** @param cross takes a value there and back: `{ got }`, or `'absent'` where it cannot be made. */
async function cellOf(name: string, cross: (made: unknown) => Promise<unknown>): Promise<Cell> {
  let made: unknown;
  try {
    made = runInThisContext(`(${VALUES[name] ?? ''})`);
  } catch (error) {
    // Not in every version.
    if (error instanceof ReferenceError || error instanceof TypeError) return 'absent';
    throw error;
  }
  try {
    const reply = (await cross(made)) as { readonly got: unknown } | 'absent';
    if (reply === 'absent') return 'absent';
    return isSame(reply.got, made) ? 'equal' : 'changed';
  } catch (error) {
    return `refused ${isPhlowError(error) ? error.code : String(error)}`;
  }
}

/** As deep equality, for what Node has no equality for. */
function isSame(got: unknown, made: unknown): boolean {
  if (made instanceof Error)
    return (
      got instanceof Error &&
      got.name === made.name &&
      got.message === made.message &&
      isDeepStrictEqual(got.cause, made.cause)
    );
  if (made instanceof Date) return got instanceof Date && Object.is(got.getTime(), made.getTime());
  if (made instanceof Blob) return got instanceof Blob;
  if (kindOf(made) === 'WebAssembly.Module') return kindOf(got) === kindOf(made);
  if (typeof Buffer === 'function' && Buffer.isBuffer(made))
    return isDeepStrictEqual(got, new Uint8Array(made)) && kindOf(got) === 'Uint8Array';
  // The class of an instance and the lack of a prototype are no data.
  return isDeepStrictEqual(got, made) || (isInstance(made) && isDeepStrictEqual(got, { ...made }));
}

function isInstance(made: unknown): made is object {
  return (
    typeof made === 'object' &&
    made !== null &&
    !Array.isArray(made) &&
    kindOf(made) === 'Object' &&
    Object.keys(made).length > 0 &&
    Object.getPrototypeOf(made) !== Object.prototype
  );
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
