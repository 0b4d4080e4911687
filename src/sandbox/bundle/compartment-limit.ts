import type { IsolationLevel } from '../../manifest/isolation.js';
import { processMember } from './process-member.js';

/** What a module needs that no compartment has. Stable: it stands in `details.limit` of errors. */
export type LimitName =
  | 'built-in'
  | 'native-addon'
  | 'loader'
  | 'with'
  | 'sloppy-mode'
  | 'top-level-await'
  | 'import-expression'
  | 'frozen-intrinsics'
  | 'absent-global'
  | 'process'
  | 'browser-build'
  | 'refused-text';

/** A failure that is the compartment's doing: the code would run at another level. Plain data. */
export interface CompartmentLimit {
  readonly limit: LimitName;
  /** The narrowest level that runs it. */
  readonly level: IsolationLevel;
}

/** A limit that a running module has met, with the sentence that its error gets. */
export interface MetLimit extends CompartmentLimit {
  /** `file:line:column` in the author's files, as far as the stack shows. */
  readonly at: string | undefined;
  readonly message: string;
}

/** What `details.code` says of an error that carries a limit. */
export const LIMIT_CODE = 'PHLOW_COMPARTMENT_LIMIT';

/** Built-ins that Node refuses below `trusted` as well. */
const TRUSTED_BUILTINS: ReadonlySet<string> = new Set([
  'child_process',
  'worker_threads',
  'cluster',
  'inspector',
  'wasi',
]);

/** Globals of Node that a compartment lacks, and the permission that gives them, if one does. */
const ABSENT_GLOBALS: Readonly<Record<string, string>> = {
  fetch: 'net.connect',
  Headers: 'net.connect',
  Request: 'net.connect',
  Response: 'net.connect',
  WebAssembly: 'wasm',
  'crypto.subtle': 'crypto: [subtle]',
  performance: 'clock: precise',
  ...Object.fromEntries(
    'FormData WebSocket EventSource ReadableStream WritableStream TransformStream CompressionStream Blob File MessageChannel MessagePort BroadcastChannel SharedArrayBuffer Atomics WeakRef FinalizationRegistry require module exports __dirname __filename'
      .split(' ')
      .map((name) => [name, '']),
  ),
};

/** What only a page of a browser has. */
const BROWSER_GLOBALS: ReadonlySet<string> = new Set(
  'document window navigator location localStorage XMLHttpRequest DOMParser HTMLElement'.split(' '),
);

const REASONS: Readonly<Record<LimitName, string>> = {
  'built-in': 'a compartment has no built-ins of Node.js',
  'native-addon': 'a native addon runs outside of any compartment',
  loader: 'a compartment has no loader: what is not in the bundle cannot be loaded',
  with: 'a compartment runs strict code only, in which there is no with statement',
  'sloppy-mode': 'a compartment runs strict code only, and this is written for sloppy mode',
  'top-level-await': 'a compartment runs a module’s text at once; await in start() or in the handler',
  'import-expression': 'a compartment imports only what is in the bundle',
  'frozen-intrinsics': 'in a compartment the objects of the language are frozen',
  'absent-global': 'a compartment has only the globals that its permissions give',
  process: 'a compartment has no process of Node.js, only what packages look at in one',
  'browser-build':
    'a compartment takes the build that a package has for browsers, and this one needs more of a browser',
  'refused-text':
    'a compartment refuses code with text that looks like an import expression, a direct eval or an HTML comment',
};

export function limitOf(limit: LimitName, level: IsolationLevel = 'guarded'): CompartmentLimit {
  return { limit, level };
}

/** The limit of a module that needs a built-in, by its name without `node:`. */
export function builtinLimit(name: string): CompartmentLimit {
  return limitOf('built-in', TRUSTED_BUILTINS.has(name.split('/')[0] ?? '') ? 'trusted' : 'guarded');
}

/** What follows the sentence of an error: why it is the compartment's doing, and what the module's owner can do. */
export function limitText({ limit, level }: CompartmentLimit): string {
  return `${REASONS[limit]}; load the module with isolation: ${level} if you know its author`;
}

/** What an error of a module has to go by. */
export interface RaisedError {
  readonly name: string;
  readonly message: string;
  /** The bundle's text around the place where it was thrown. */
  readonly before: () => string;
  readonly after: () => string;
  /** More of what stands before it. */
  readonly farBefore: () => string;
}

/** The limit that an error of a running module shows, or undefined when it is the module's own affair. */
export function raisedLimit({
  name,
  message,
  before,
  after,
  farBefore,
}: RaisedError): CompartmentLimit | undefined {
  const builtin = /^Cannot use the built-in "([^"]{1,80})" of Node\.js in /.exec(message)?.[1];
  if (builtin !== undefined) return builtinLimit(builtin);
  if (/^Cannot load ".{0,200}": module ".{0,200}" runs in a compartment/.test(message))
    return limitOf('loader');
  switch (name) {
    case 'SyntaxError':
      if (/^Strict mode code may not include a with statement/.test(message)) return limitOf('with');
      if (/strict mode/i.test(message)) return limitOf('sloppy-mode');
      return /^Possible (?:HTML comment|import expression|direct eval expression) rejected/.test(message)
        ? limitOf('refused-text')
        : undefined;
    case 'ReferenceError': {
      const missing = /^([\w$]{1,80}) is not defined$/.exec(message)?.[1];
      if (missing === undefined) return undefined;
      return (
        absentLimit(missing) ??
        (isAssigned(before().slice(-missing.length - 4) + after(), missing)
          ? limitOf('sloppy-mode')
          : undefined)
      );
    }
    case 'TypeError':
      if (processMember(message, before(), farBefore) !== undefined) return limitOf('process');
      if (FROZEN.test(message)) return limitOf('frozen-intrinsics');
      if (/^'caller', 'callee', and 'arguments' properties may not be accessed on strict mode/.test(message))
        return limitOf('sloppy-mode');
      return undefinedLimit(message, before());
    default:
      return /\b(?:not|n't) (?:\w+ ){0,4}in (?:the |a )?browser/i.test(message)
        ? limitOf('browser-build')
        : undefined;
  }
}

/** The limit behind the use of something that is not there; `before` is the code up to the property that was read of it. */
function undefinedLimit(message: string, before: string): CompartmentLimit | undefined {
  const missing = missingGlobal(message);
  if (missing !== undefined) return absentLimit(missing);
  if (!/^Cannot (?:read|set) properties of undefined \(/.test(message)) return undefined;
  const owner = ownerIn(before);
  return owner === 'this' ? limitOf('sloppy-mode') : absentLimit(owner);
}

/** What something was read of that stands in front of a place. */
function ownerIn(before: string): string {
  return /(crypto\.subtle|[\w$]{1,80})\s*(?:\.|\[)\s*$/.exec(before)?.[1] ?? '';
}

/** The engine names some place of an assignment: before it or behind it. */
function isAssigned(near: string, name: string): boolean {
  const assignment = new RegExp(
    `(?<![\\w$.])${name.replaceAll('$', '\\$')}\\s*(?:=(?![=>])|[-+*/%&|^]=|\\+\\+|--)`,
  );
  return assignment.test(near);
}

function missingGlobal(message: string): string | undefined {
  return /^(?:globalThis\.|self\.|window\.)?([\w$]{1,80}) is not (?:a function|a constructor|defined)$/.exec(
    message,
  )?.[1];
}

function absentLimit(name: string): CompartmentLimit | undefined {
  if (BROWSER_GLOBALS.has(name)) return limitOf('browser-build');
  return Object.hasOwn(ABSENT_GLOBALS, name) ? limitOf('absent-global') : undefined;
}

const FROZEN =
  /^Cannot (?:assign to read only property|add property .{1,200}, object is not extensible|define property .{1,200}, object is not extensible|redefine property|delete property)/;

/** The permission that gives what a module did not find, or undefined; `before` is the code up to the property that was read of it. */
export function permissionFor(message: string, before: string): string | undefined {
  const isRead = /^Cannot (?:read|set) properties of undefined \(/.test(message);
  const missing = missingGlobal(message) ?? (isRead ? ownerIn(before) : '');
  const permission = Object.hasOwn(ABSENT_GLOBALS, missing) ? ABSENT_GLOBALS[missing] : undefined;
  return permission === '' ? undefined : permission;
}
