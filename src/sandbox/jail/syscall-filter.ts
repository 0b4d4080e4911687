/**
 * What a jailed process may not ask of the kernel, by the numbers that the call has on x64 and on arm64. None of it is needed to run a module
 * that has a channel already: Node 20 to 26 start and work without. Whatever makes processes, reaches into others, opens ways out of the
 * process (sockets, handed-over descriptors) or is a rarely used part of the kernel with a history of bugs.
 */
const DENIED: Readonly<Record<string, readonly [x64: number, arm64: number | undefined]>> = {
  socket: [41, 198],
  socketpair: [53, 199],
  connect: [42, 203],
  bind: [49, 200],
  listen: [50, 201],
  accept: [43, 202],
  accept4: [288, 242],
  sendmsg: [46, 211],
  sendmmsg: [307, 269],
  recvmsg: [47, 212],
  recvmmsg: [299, 243],
  fork: [57, undefined],
  vfork: [58, undefined],
  execveat: [322, 281],
  kill: [62, 129],
  rt_sigqueueinfo: [129, 138],
  rt_tgsigqueueinfo: [297, 240],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  kcmp: [312, 272],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  mknod: [133, undefined],
  mknodat: [259, 33],
  memfd_create: [319, 279],
  bpf: [321, 280],
  seccomp: [317, 277],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  shmget: [29, 194],
  shmat: [30, 196],
  msgget: [68, 186],
  semget: [64, 190],
  mq_open: [240, 180],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  syslog: [103, 116],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  swapon: [167, 224],
  swapoff: [168, 225],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  vhangup: [153, 58],
  iopl: [172, undefined],
  ioperm: [173, undefined],
  modify_ldt: [154, undefined],
};

/** The C library and libuv do without these when the kernel says that it does not know them. */
const ABSENT = [/* io_uring_setup */ 425, /* clone3, whose flags a filter cannot see */ 435] as const;

interface Machine {
  /** The kernel's number of the architecture. */
  readonly arch: number;
  readonly column: 0 | 1;
  readonly clone: number;
}

const MACHINES: Partial<Readonly<Record<NodeJS.Architecture, Machine>>> = {
  x64: { arch: 0xc000003e, column: 0, clone: 56 },
  arm64: { arch: 0xc00000b7, column: 1, clone: 220 },
};

/** On x64, numbers from here on are those of another calling convention. */
const X32 = 0x40000000;
const CLONE_THREAD = 0x00010000;
const EPERM = 1;
const ENOSYS = 38;

/** One instruction of the kernel's packet filter; where it jumps to is counted in instructions that are passed over. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_BITS = 0x45;
const RETURN = 0x06;
/** Where things are in what a filter is handed. */
const AT = { number: 0, arch: 4, firstArgument: 16 } as const;
const ALLOW = 0x7fff0000;
const FAIL_WITH = 0x00050000;
const KILL_PROCESS = 0x80000000;

/** Each is made once: every start of a guest asks for it. */
const filters = new Map<NodeJS.Architecture, Uint8Array>();

/**
 * A system call filter for a module's process, as the bytes of a program for the kernel; undefined where the numbers of the architecture are not
 * known here. What is denied fails with EPERM. A new thread is allowed and a new process is not.
 */
export function syscallFilter(architecture: NodeJS.Architecture = process.arch): Uint8Array | undefined {
  const machine = MACHINES[architecture];
  if (machine === undefined) return undefined;
  const filter = filters.get(architecture) ?? encode(program(machine));
  filters.set(architecture, filter);
  // A copy: a caller cannot change the next one.
  return filter.slice();
}

function program({ arch, column, clone }: Machine): readonly Instruction[] {
  const denied = Object.values(DENIED)
    .map((numbers) => numbers[column])
    .filter((number) => number !== undefined);
  const checks = [...ABSENT, ...denied];
  // After the checks: allow, then clone's own check, then the three other ends.
  const allow = checks.length;
  const [deny, absent, kill] = [allow + 3, allow + 4, allow + 5];
  /** Places are counted from the first check; five instructions stand before it. */
  const over = (from: number, to: number): number => to - from - 1;
  return [
    [LOAD, 0, 0, AT.arch],
    [IF_EQUAL, 0, over(-4, kill), arch],
    [LOAD, 0, 0, AT.number],
    [IF_AT_LEAST, over(-2, kill), 0, X32],
    [IF_EQUAL, over(-1, allow + 1), 0, clone],
    ...checks.map((number, i): Instruction => {
      const end = ABSENT.some((one) => one === number) ? absent : deny;
      return [IF_EQUAL, over(i, end), 0, number];
    }),
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, AT.firstArgument],
    [IF_BITS, over(allow + 2, allow + 6), 0, CLONE_THREAD],
    [RETURN, 0, 0, FAIL_WITH + EPERM],
    [RETURN, 0, 0, FAIL_WITH + ENOSYS],
    [RETURN, 0, 0, KILL_PROCESS],
    [RETURN, 0, 0, ALLOW],
  ];
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * 8));
  instructions.forEach(([code, ifTrue, ifFalse, operand], i) => {
    bytes.setUint16(i * 8, code, true);
    bytes.setUint8(i * 8 + 2, ifTrue);
    bytes.setUint8(i * 8 + 3, ifFalse);
    bytes.setUint32(i * 8 + 4, operand, true);
  });
  return new Uint8Array(bytes.buffer);
}
