import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import { createHost } from '../../host/host.js';
import { installRootsOf } from '../../host/module-sources.js';
import { builtInNames, entryUrl } from '../../host/resolve.js';
import { bundleModule } from '../../sandbox/bundle/bundle-module.js';
import type { CapabilityUse } from '../../sandbox/broker/broker.js';
import { plainLine } from '../../sandbox/plain-line.js';
import type { Value } from '../../values.js';
import { examine, type Examined } from '../examine.js';
import { Needs } from './needs.js';
import { permissionsBlock, withPermissionsBlock } from './permissions-block.js';
import { powersInCode } from './powers-in-code.js';

/** What to learn from. */
export interface LearnOptions {
  /** The folder with `phlow_packages`; default: the current one. */
  readonly baseDir?: string;
  /** The packages to send. Default: the `examples` of the manifest's `input`. */
  readonly inputs?: readonly Value[];
  readonly with?: unknown;
  /** True: the module's phlow.yaml gets the block. */
  readonly write?: boolean;
  /** Most times the module is run anew with what was learnt so far. Default 20. */
  readonly maxRounds?: number;
}

/** What was learnt. */
export interface Learnt {
  readonly module: string;
  /** The `permissions:` block; undefined when the module needs none. */
  readonly block: string | undefined;
  /** The manifest that was written, if any. */
  readonly written: string | undefined;
  readonly rounds: number;
  /** Inputs that failed even with everything that was learnt, by their position. */
  readonly failures: readonly { readonly input: number; readonly error: string }[];
  /** What it tried and what is never granted by learning. */
  readonly refused: readonly string[];
}

const ROUNDS = 20;

/**
 * Finds out what a module needs: runs it isolated with nothing granted, notes what it asks of the host, grants that and runs it again until
 * nothing new comes up. What it writes goes to a temporary folder; requests to the network are really sent. Variables, WebCrypto, WebAssembly
 * and fine clocks are found in its code. Throws PHLOW_USAGE without anything to send.
 */
export async function learn(nameOrPath: string, options: LearnOptions): Promise<Learnt> {
  const examined = await examine(nameOrPath, options.baseDir ?? process.cwd());
  const inputs = inputsFor(examined, options.inputs);
  const needs = new Needs();
  const scratch = await mkdtemp(join(tmpdir(), 'phlow-learn-'));
  try {
    const code = powersInCode(await codeOf(examined, options.baseDir ?? process.cwd()));
    const base = examined.manifest.permissions;
    let failures: Learnt['failures'] = [];
    let rounds = 0;
    for (let isNew = true; isNew && rounds < (options.maxRounds ?? ROUNDS); rounds++) {
      isNew = false;
      const permissions = needs.permissions(code, base, false);
      const note = (use: CapabilityUse): void => {
        if (needs.add(use)) isNew = true;
      };
      failures = await runOnce({ examined, options, inputs, needs, permissions, scratch, note });
    }
    const block = permissionsBlock(needs.permissions(code, base, true));
    const path = examined.found.manifestPath;
    if (options.write === true)
      await writeFile(path, withPermissionsBlock(await readFile(path, 'utf8'), block));
    return {
      module: examined.manifest.name,
      block,
      written: options.write === true ? path : undefined,
      rounds,
      failures,
      refused: [...needs.refused].map(plainLine),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function inputsFor({ manifest }: Examined, given: readonly Value[] = []): readonly Value[] {
  if (given.length > 0) return given;
  const examples: unknown = manifest.input?.['examples'];
  if (Array.isArray(examples) && examples.length > 0) return examples as readonly Value[];
  const message = `Cannot learn what module "${manifest.name}" needs without an input: give one as JSON, or put some under "examples:" of "input:" in its phlow.yaml`;
  throw new PhlowError('PHLOW_USAGE', message, { details: { module: manifest.name } });
}

async function codeOf({ found, manifest }: Examined, baseDir: string): Promise<string> {
  const bundle = await bundleModule({
    module: found.name,
    folder: found.folder,
    entry: fileURLToPath(entryUrl(found, manifest.entry)),
    installRoots: installRootsOf(found, undefined, baseDir),
  });
  return bundle.code;
}

interface Round {
  readonly examined: Examined;
  readonly options: LearnOptions;
  readonly inputs: readonly Value[];
  readonly needs: Needs;
  readonly permissions: ReturnType<Needs['permissions']>;
  readonly scratch: string;
  readonly note: (use: CapabilityUse) => void;
}

/** One life of the module with what is known so far. */
async function runOnce({
  examined,
  options,
  inputs,
  needs,
  permissions,
  scratch,
  note,
}: Round): Promise<Learnt['failures']> {
  const { folder } = examined.found;
  const host = await createHost({ logLevel: 'off', onCapability: note });
  const failures: { input: number; error: string }[] = [];
  try {
    for (const name of needs.targets('modules')) await loadIfThere(host, name, options.baseDir);
    const module = await host.load(folder, {
      name: `${examined.found.name} (learning)`,
      with: options.with,
      baseDir: scratch,
      isolation: 'isolated',
      installRoots: installRootsOf(examined.found, undefined, options.baseDir ?? process.cwd()),
      permissions,
      grant: grantFor(needs, permissions, scratch),
      restart: 'never',
    });
    for (const [i, input] of inputs.entries()) {
      await module
        .call(input)
        .catch((error: unknown) => failures.push({ input: i, error: plainLine(messageOf(error)) }));
    }
  } finally {
    await host.close();
  }
  return failures;
}

/** Everything that was seen, with what is written, and read again, in a folder of its own. */
function grantFor(needs: Needs, permissions: Round['permissions'], scratch: string): object {
  const written = new Map(needs.targets('fs.write').map((path, i) => [path, join(scratch, `written-${i}`)]));
  const read = needs.targets('fs.read').map((path) => [path, written.get(path) ?? true]);
  return {
    fs: { read: Object.fromEntries(read) as object, write: Object.fromEntries(written) },
    net: { connect: permissions.net.connect },
    env: permissions.env,
    modules: permissions.modules,
    crypto: permissions.crypto,
    clock: permissions.clock ?? null,
    wasm: permissions.wasm,
  };
}

/** A module that is called has to be there; one that cannot be loaded makes the call fail, which is then told. */
async function loadIfThere(
  host: Awaited<ReturnType<typeof createHost>>,
  name: string,
  baseDir: string | undefined,
): Promise<void> {
  // The module chose this text: only a plain name may load something, never a path.
  if (!/^(?:@\w[\w.-]*\/)?\w[\w.-]*$/.test(name)) return;
  const isKnown = builtInNames().includes(name);
  await host
    .load(name, { baseDir: baseDir ?? process.cwd(), ...(isKnown ? {} : { grant: {} }) })
    .catch(() => undefined);
}
