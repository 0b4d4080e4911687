/** What the machine has too little of. */
export const LIMIT_KINDS = [
  'descriptors',
  'threads',
  'address space',
  'full disk',
  'read-only root',
] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** A limit that a host is run under. */
export interface Limit {
  readonly kind: LimitKind;
  readonly name: string;
  /** A user of their own: the superuser has as many threads as he likes. */
  readonly needsUser: boolean;
  /** Lines of shell that are run before the host, with `$1` as the host's own folder. */
  readonly setup: string;
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

/** What whoever started this left open counts towards the limit, and may lie beyond it. */
const CLOSE_INHERITED =
  'for fd in /proc/self/fd/*; do fd=${fd##*/}; if [ $fd -gt 2 ]; then eval "exec $fd>&-"; fi; done';
const MOUNTS = 'exec unshare -m --propagation private bash -euc';

/** All limits, each kind from the tightest to the widest. */
export const LIMITS: readonly Limit[] = [
  ...range(40, 300, 20).map((count) => ({
    kind: 'descriptors' as const,
    name: `ulimit -n ${count}`,
    needsUser: false,
    setup: `ulimit -n ${count}`,
  })),
  ...range(10, 40, 2).map((count) => ({
    kind: 'threads' as const,
    name: `ulimit -u ${count}`,
    needsUser: true,
    setup: `ulimit -u ${count}`,
  })),
  ...range(2, 8, 1).map((gigabytes) => ({
    kind: 'address space' as const,
    name: `ulimit -v ${gigabytes} GB`,
    needsUser: false,
    setup: `ulimit -v ${gigabytes * 1_048_576}`,
  })),
  {
    kind: 'full disk',
    name: 'full disk',
    needsUser: false,
    setup: `mount -t tmpfs -o size=128k none "$1"; mkdir "$1/cache" "$1/tmp"; cd "$1"; dd if=/dev/zero of="$1/all" bs=4k 2>/dev/null || true`,
  },
  {
    kind: 'full disk',
    name: 'disk with 64 kB left',
    needsUser: false,
    setup: `mount -t tmpfs -o size=64k none "$1"; mkdir "$1/cache" "$1/tmp"; cd "$1"`,
  },
  {
    kind: 'read-only root',
    name: 'read-only root',
    needsUser: false,
    setup: `mkdir -p "$1/cache" "$1/tmp"; cd "$1"; mount -o remount,ro,bind /; [ "$(stat -c %m "$1")" = / ] || mount -o remount,ro,bind "$(stat -c %m "$1")"`,
  },
];

/** The shell command that sets a limit and runs what follows it as `$2...` with `$1` as its folder. */
export function commandFor({ kind, setup }: Limit): string {
  const run = `${CLOSE_INHERITED}; ${setup}; shift; exec "$@"`;
  const hasMounts = kind === 'full disk' || kind === 'read-only root';
  return hasMounts ? `${MOUNTS} '${run.replaceAll("'", `'\\''`)}' bash "$@"` : run;
}
