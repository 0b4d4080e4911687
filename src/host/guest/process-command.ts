import { existsSync } from 'node:fs';
import { nodeFeatures } from '../../sandbox/node-features.js';
import { killedByKernel, SHELL, watched } from '../../sandbox/tied-to-host.js';
import type { ContainerSpec } from './container.js';

/** A command line and the descriptors that it needs besides the usual ones. */
export interface ProcessCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** It tells about the process inside on descriptor 4. */
  readonly hasInfo: boolean;
  /** A watcher waits on descriptor `TIE` for the host's end. */
  readonly hasTie: boolean;
}

const KIB = 1_024;
const MIB = 1_048_576;

/** Sets the limits of the kernel on itself, then becomes what follows: no core file, no growing file, few descriptors, CPU, memory. */
const WITH_LIMITS =
  'ulimit -c 0; ulimit -f 0; ulimit -n 64; ulimit -t "$1"; ulimit -d "$2"; shift 2; exec "$@"';

/**
 * How a guest's process is started: jail, limits, Node with everything off that can be off, and the boot code. One that is tied ends when the
 * host does, however that ends and whatever the guest is doing.
 */
export function processCommand(spec: ContainerSpec, boot: string, isTied: boolean): ProcessCommand {
  const features = nodeFeatures();
  const heapMb = Math.ceil(spec.memoryBytes / MIB);
  const node = [
    process.execPath,
    features.permissionFlag,
    '--no-addons',
    '--disable-warning=ExperimentalWarning',
    // The boot code takes over what Node answers V8 when code of the guest leads to a question.
    '--expose-internals',
    // Opening the channel counts as use of the network; the boot code gives the permission up as soon as it has it open.
    ...(features.hasNetPermission ? ['--allow-net'] : []),
    ...(features.hasDisableSigusr1 ? ['--disable-sigusr1'] : []),
    `--max-old-space-size=${heapMb}`,
    '--stack-size=900',
    '-e',
    boot,
  ];
  // Twice the heap: once for what stands outside it. No shell, no such limits: the heap limit and the watch over its memory remain.
  const dataKib = Math.ceil((2 * spec.memoryBytes + features.ownDataBytes) / KIB);
  const limited = existsSync(SHELL)
    ? [SHELL, '-c', WITH_LIMITS, SHELL, String(spec.lifetimeCpuSeconds), String(dataKib), ...node]
    : node;
  return { ...tied(spec.jail, limited, isTied), hasInfo: spec.jail.includes('--info-fd') };
}

/** Puts the jail around a command line, and ties both to the life of the host. */
function tied(
  jail: readonly string[],
  words: readonly string[],
  isTied: boolean,
): Omit<ProcessCommand, 'hasInfo'> {
  // Bubblewrap takes what is inside along by itself.
  if (!isTied || jail.includes('--die-with-parent')) return untied([...jail, ...words]);
  const kernel = killedByKernel();
  if (jail.length === 0 && kernel.length > 0) return untied([...kernel, ...words]);
  // The signal reaches the owner's command only, which may have started what is inside as a process of its own: that one is watched.
  const inside = jail.includes('--info-fd') ? undefined : watched(words);
  const { command, args } = untied([...kernel, ...jail, ...(inside ?? words)]);
  return { command, args, hasTie: inside !== undefined };
}

function untied(words: readonly string[]): Omit<ProcessCommand, 'hasInfo'> {
  const [command = process.execPath, ...args] = words;
  return { command, args, hasTie: false };
}
