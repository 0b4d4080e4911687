import { existsSync } from 'node:fs';
import { nodeFeatures } from '../../sandbox/node-features.js';
import type { ContainerSpec } from './container.js';

/** A command line and whether it tells about the process inside on a fifth descriptor. */
export interface ProcessCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly hasInfo: boolean;
}

const SHELL = '/bin/sh';
const KIB = 1_024;
const MIB = 1_048_576;

/** Sets the limits of the kernel on itself, then becomes what follows: no core file, no growing file, few descriptors, CPU, memory. */
const WITH_LIMITS =
  'ulimit -c 0; ulimit -f 0; ulimit -n 64; ulimit -t "$1"; ulimit -d "$2"; shift 2; exec "$@"';

/** How a guest's process is started: jail, limits, Node with everything off that can be off, and the boot code. */
export function processCommand(spec: ContainerSpec, boot: string): ProcessCommand {
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
  const [command = process.execPath, ...args] = [...spec.jail, ...limited];
  return { command, args, hasInfo: spec.jail.includes('--info-fd') };
}
