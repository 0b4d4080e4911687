import { existsSync } from 'node:fs';
import { nodeFeatures } from '../../../sandbox/node-features.js';
import { killedByKernel, SHELL, watched } from '../../../sandbox/tied-to-host.js';
import type { ContainerSpec } from './container.js';

/** A command line and the descriptors that it needs besides the usual ones. */
export interface ProcessCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** How many processes stand around the guest: it is a child of the first one, or a child of that one's child. */
  readonly around: 0 | 1 | 2;
  /** It reads a system call filter on descriptor `FILTER`. */
  readonly hasFilter: boolean;
  /** A watcher waits on descriptor `TIE`, which is the same, for the host's end. */
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
    // Any other flag of V8 would have V8 reject its cache of Node's own modules: a third of a start. This one is set back by the boot code.
    `--max-old-space-size=${heapMb}`,
    '-e',
    boot,
  ];
  // Twice the heap: once for what stands outside it. No shell, no such limits: the heap limit and the watch over its memory remain.
  const dataKib = Math.ceil((2 * spec.memoryBytes + features.ownDataBytes) / KIB);
  const limits = existsSync(SHELL)
    ? [SHELL, '-c', WITH_LIMITS, SHELL, String(spec.lifetimeCpuSeconds), String(dataKib)]
    : [];
  const { kind, command, isFiltered } = spec.jail;
  // The limits are set before the jail is there, so that no shell need be in it. It takes what is inside along when the host goes.
  if (kind === 'bubblewrap')
    return { ...started([...limits, ...command, ...node]), around: 2, hasFilter: isFiltered };
  const around = kind === 'namespaces' ? 1 : 0;
  const [outer, limited] =
    kind === 'namespaces' ? [[], [...limits, ...command, ...node]] : [command, [...limits, ...node]];
  if (!isTied) return { ...started([...outer, ...limited]), around };
  const kernel = killedByKernel();
  // The signal reaches the owner's command only, which may have started what is inside as a process of its own: that one is watched.
  const isWatched = kind === 'command' || kernel.length === 0;
  const inside = isWatched ? watched(limited) : undefined;
  const words = [...kernel, ...outer, ...(inside ?? limited)];
  return { ...started(words), around, hasTie: inside !== undefined };
}

function started([command = process.execPath, ...args]: readonly string[]): ProcessCommand {
  return { command, args, around: 0, hasFilter: false, hasTie: false };
}
