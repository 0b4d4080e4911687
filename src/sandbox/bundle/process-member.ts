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
/** The same as the bundle spells it. */
const REQUIRED_IN_TEXT = String.raw`\(init_process\d*\(\), ?__toCommonJS\d*\(process_exports\d*\)\)`;
const UNCALLABLE = new RegExp(
  String.raw`^(?:(${PROCESS}|${REQUIRED})|([\w$]{1,80}))\.(\w{1,80})(?:\.\w{1,80})* is not (?:a function|a constructor)$`,
);
const READ = new RegExp(String.raw`(?<![\w$.])(?:(${PROCESS})|([\w$]{1,80}))\.(\w{1,80})\s*(?:\.|\[)\s*$`);
const IS_PROCESS = new RegExp(String.raw`\s*(?:${PROCESS}|${REQUIRED_IN_TEXT})\s*(?:[;,}\n]|$)`, 'y');

/**
 * The member of `process` that a module has used and that is not there.
 *
 * @param near the code up to the property that was read of it
 * @param far more of that code, which says what a name of the module's own stands for
 */
export function processMember(message: string, near: string, far: () => string): string | undefined {
  const isRead = /^Cannot (?:read|set) properties of undefined \(/.test(message);
  const [, known, name, member] = (isRead ? READ.exec(near) : UNCALLABLE.exec(message)) ?? [];
  if (member === undefined || known !== undefined) return member;
  // A member that only some other object would have is not looked for.
  return name !== undefined && inPlaceOf(member) !== undefined && isProcess(name, far()) ? member : undefined;
}

/** Places of a name that are looked at: errors come as often as the module likes, and so do names. */
const MAX_PLACES = 500;

/** Whether what was last assigned to a name is `process`. In doubt it is not: an object of the module's own is its own affair. */
function isProcess(name: string, code: string): boolean {
  let left = MAX_PLACES;
  for (let at = code.lastIndexOf(name); at > 0 && left > 0; at = code.lastIndexOf(name, at - 1)) {
    left -= 1;
    const previous = code[at - 1] ?? '';
    const next = code.slice(at + name.length, at + name.length + 3);
    if (/[\w$.]/.test(previous) || /^[\w$]/.test(next)) continue;
    // It may be a parameter.
    if (/^ ?(?:,|\)|=>)/.test(next)) return false;
    const equals = /^ ?=(?![=>])/.exec(next);
    if (equals === null) continue;
    IS_PROCESS.lastIndex = at + name.length + equals[0].length;
    return IS_PROCESS.test(code);
  }
  return false;
}

/** What to do in place of that; undefined where only another level has it. */
export function inPlaceOf(member: string): string | undefined {
  return Object.hasOwn(IN_PLACE, member) ? IN_PLACE[member] : undefined;
}
