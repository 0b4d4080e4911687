import { messageOf, PhlowError } from '../../errors.js';
import { createHost } from '../../host/create-host.js';
import type { Host } from '../../host/host.js';
import type { Module } from '../../host/module-types.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import { settleJail } from '../../sandbox/jail.js';
import { LEVELS } from '../../sandbox/levels.js';
import { nodeFeatures } from '../../sandbox/node-features.js';
import { isMap } from '../../values.js';
import { prepareGround, type Ground } from './ground.js';
import { jailLock, LOCKS, type Lock } from './locks.js';
import { probes, type Probe } from './probes.js';

/** How often, and how long each time, a deed that was not refused is waited for. */
const MAX_WAITS = 20;
const WAIT_MS = 10;

/** What one mini attack came to at one level. */
export interface Diagnostic {
  readonly probe: Probe['name'] | Lock['name'] | 'links';
  /** `a module cannot …` */
  readonly words: string;
  readonly isPromised: boolean;
  readonly isDenied: boolean;
}

/** What one level is worth on this machine. */
export interface LevelReport {
  readonly level: IsolationLevel | 'isolated with a jail';
  readonly promise: string;
  /** False: the level did not start, or a lock it rests on did not answer. Then its promise must not be relied on here. */
  readonly holds: boolean;
  /** Why it did not start. */
  readonly problem: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** How to look. */
export interface DoctorOptions {
  /** Ends it: rejects with PHLOW_CALL_CANCELLED once what was started has ended. */
  readonly signal?: AbortSignal | undefined;
}

/** What the doctor found; plain data. */
export interface DoctorReport {
  readonly node: string;
  readonly platform: string;
  /** What this Node or this system cannot do, in words. */
  readonly notes: readonly string[];
  readonly levels: readonly LevelReport[];
}

const CALL_MS = 2_000;
const EXAMINED = ['trusted', 'guarded', 'sandboxed', 'isolated'] as const;

/**
 * Tries mini attacks at every level on this very machine, in this Node, asks each lock by itself, and reports which levels keep what they promise.
 * What counts is what was planted, not what the probe says. Takes some seconds and starts processes.
 */
export async function doctor({ signal }: DoctorOptions = {}): Promise<DoctorReport> {
  const ground = await prepareGround();
  try {
    const levels: LevelReport[] = [];
    for (const level of EXAMINED) levels.push(await examineLevel(ground, level, 'off', signal));
    levels.push(await examineLevel(ground, 'isolated', 'required', signal));
    return {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      notes: [...notes(), ...(await jailNotes())],
      levels,
    };
  } finally {
    await ground.close();
  }
}

async function examineLevel(
  ground: Ground,
  level: IsolationLevel,
  jail: 'off' | 'required',
  signal: AbortSignal | undefined,
): Promise<LevelReport> {
  assertGoingOn(signal);
  const name = jail === 'off' ? level : 'isolated with a jail';
  const { promise } = LEVELS[level];
  const host = await createHost({ logLevel: 'off', warmPool: false });
  const diagnostics: Diagnostic[] = [];
  try {
    let module = await start(host, ground, level, jail);
    for (const probe of probes()) {
      const isPromised = probe.promisedBy.includes(level);
      // What a level does not promise to survive is not tried: the host that would die is this one.
      if (!isPromised && (probe.name === 'loop' || probe.name === 'memory')) continue;
      assertGoingOn(signal);
      const isDenied = await isProbeDenied(module, ground, probe);
      diagnostics.push({ probe: probe.name, words: probe.words, isPromised, isDenied });
      if (module.state !== 'ready') {
        await module.close();
        module = await start(host, ground, level, jail);
      }
    }
    if (level === 'guarded')
      diagnostics.push({
        probe: 'links',
        words: 'be started with a link in its folder that leads out',
        isPromised: true,
        isDenied: await areLinksRefused(host, ground),
      });
    // In a jail the process is the same; what is different there is the jail, which no probe in a compartment comes as far as.
    for (const lock of jail === 'off' ? (LOCKS[level] ?? []) : [jailLock(ground.port)]) {
      assertGoingOn(signal);
      const isDenied = await lock.isShut();
      diagnostics.push({ probe: lock.name, words: lock.words, isPromised: true, isDenied });
    }
    const holds = diagnostics.every(({ isPromised, isDenied }) => isDenied || !isPromised);
    return { level: name, promise, holds, problem: undefined, diagnostics };
  } catch (error) {
    assertGoingOn(signal);
    return { level: name, promise, holds: false, problem: messageOf(error), diagnostics };
  } finally {
    await host.close();
  }
}

async function areLinksRefused(host: Host, { linkedFolder }: Ground): Promise<boolean> {
  try {
    await (await host.load(linkedFolder, { isolation: 'guarded', restart: 'never' })).close();
    return false;
  } catch (error) {
    return messageOf(error).includes('the link');
  }
}

function assertGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new PhlowError('PHLOW_CALL_CANCELLED', 'Cannot finish the examination: the caller gave up', {
    cause: signal.reason,
  });
}

function start(host: Host, ground: Ground, level: IsolationLevel, jail: 'off' | 'required'): Promise<Module> {
  const limits = { callMs: CALL_MS, memoryBytes: 64 * 1_048_576 };
  return host.load(ground.probeFolder, { isolation: level, jail, limits, grant: {}, restart: 'never' });
}

/** Sends one probe. A module that dies over it has got nothing, as long as the host lives and nothing planted was reached. */
async function isProbeDenied(module: Module, ground: Ground, { name }: Probe): Promise<boolean> {
  const { input, gotThrough } = ground.trial(name);
  const request = { ...(isMap(input) ? input : {}), probe: name };
  let said = '';
  try {
    const reply = await module.call(request, { timeoutMs: 4 * CALL_MS });
    said = isMap(reply) && typeof reply['said'] === 'string' ? reply['said'] : '';
  } catch {
    // Which error it is does not matter here: only what was reached does.
  }
  // These are over when the module is: a call that was merely given up would leave it running.
  if (name === 'loop' || name === 'memory') return module.state !== 'ready' || said.startsWith('failed: ');
  // What travels by the system (a signal, a connection) arrives in its own time, and never if it was denied.
  for (let waits = 0; waits < MAX_WAITS && !gotThrough(said) && !said.startsWith('failed: '); waits++) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return !gotThrough(said);
}

/** The warnings that every isolated module gets on loading, once for the machine. */
async function jailNotes(): Promise<readonly string[]> {
  const { missing, kind, isFiltered } = await settleJail('auto', 'doctor');
  if (missing !== undefined) return [`isolated modules run without a jail here: ${missing}`];
  if (kind === 'namespaces')
    return [
      'bubblewrap is not available: isolated modules get a jail of namespaces, without a system call filter',
    ];
  if (kind === 'bubblewrap' && !isFiltered)
    return ['the jail of isolated modules has no system call filter on this machine'];
  return [];
}

function notes(): readonly string[] {
  const features = nodeFeatures();
  const all: readonly (readonly [boolean, string])[] = [
    [
      !features.hasNetPermission,
      'this Node cannot deny the network to a thread: guarded modules lose the built-ins that reach it unless they are granted a place, and may then connect anywhere',
    ],
    [
      !features.hasDisableSigusr1,
      'this Node opens its inspector on SIGUSR1 unless the host takes the signal, which the host does',
    ],
    [
      process.platform === 'win32',
      'no rlimits on Windows: isolated modules are limited by Node’s heap limit and by watching their memory',
    ],
  ];
  return all.filter(([isSo]) => isSo).map(([, note]) => note);
}
