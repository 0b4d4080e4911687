const NO_END =
  'a module does not end its process: it returns a reply or throws an error, and stop() frees what it holds';

/** What a module does in place of what Node's `process` has and a compartment has not. */
const IN_PLACE: Readonly<Record<string, string>> = {
  exit: NO_END,
  abort: NO_END,
  reallyExit: NO_END,
  kill: 'a compartment has no processes and sends no signals; a module asks another one through context.module()',
  chdir: 'a compartment has no current folder; a module names each file by its path',
  hrtime: 'a module measures time with context.clock.now()',
  memoryUsage: 'the host measures its modules: host.inspect()',
  cpuUsage: 'the host measures its modules: host.inspect()',
  resourceUsage: 'the host measures its modules: host.inspect()',
  stdout: 'a module writes lines with context.log or console.log',
  stderr: 'a module writes lines with context.log or console.error',
  stdin: 'what a module reads is the input of its packages',
};

/** What stands for `process` in a bundle; the bundler may number it. */
const PROCESS = String.raw`(?:globalThis\.)?(?:process|polyfill)\d*`;
/** The same where it was required, as the engine shows it. */
const REQUIRED = String.raw`\(init_process\d*\(\.\.\.\) , __toCommonJS\d*\(\.\.\.\)\)`;
const UNCALLABLE = new RegExp(
  String.raw`^(?:${PROCESS}|${REQUIRED})\.(\w{1,80})(?:\.\w{1,80})* is not (?:a function|a constructor)$`,
);
const READ = new RegExp(String.raw`(?<![\w$.])${PROCESS}\.(\w{1,80})\s*(?:\.|\[)\s*$`);

/** The member of `process` that a module has used and that is not there; `before` is the code up to the property that was read of it. */
export function processMember(message: string, before: string): string | undefined {
  const called = UNCALLABLE.exec(message)?.[1];
  if (called !== undefined) return called;
  return /^Cannot (?:read|set) properties of undefined \(/.test(message) ? READ.exec(before)?.[1] : undefined;
}

/** What to do in place of that; undefined where only another level has it. */
export function inPlaceOf(member: string): string | undefined {
  return Object.hasOwn(IN_PLACE, member) ? IN_PLACE[member] : undefined;
}
