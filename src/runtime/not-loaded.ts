import { messageOf, isPhlowError, PhlowError, type PhlowErrorCode } from '../errors.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { isAboutSecret } from '../redaction.js';
import { placeOf } from '../flow/source/source-file.js';

/** The errors of modules of scripts, taken apart: the names from the flow that was opened to the module, and what is wrong with that. */
const INNER = new WeakMap<PhlowError, { readonly names: readonly string[]; readonly reason: string }>();

/** The error of a flow whose module is not loaded. For a module of a script it says once what is wrong, with the names that lead to it. */
export function notLoaded(
  { name, range }: ModuleDeclaration,
  error: unknown,
  isHeldByOption = false,
): PhlowError {
  const code = isPhlowError(error) ? error.code : 'PHLOW_LOAD_FAILED';
  const inner = isPhlowError(error) ? INNER.get(error) : undefined;
  const names = [name, ...(inner?.names ?? [])];
  const reason = inner?.reason ?? reasonIn(messageOf(error));
  const path = names.join('/');
  const wrapped = new PhlowError(
    isHeldByOption ? code : codeInFlow(code),
    `Cannot load module "${path}" of the flow: Module register error: ${reason}`,
    {
      cause: error,
      place: (isPhlowError(error) ? error.place : undefined) ?? placeOf(range, isAboutSecret(error)),
      details: { module: path },
    },
  );
  INNER.set(wrapped, { names, reason });
  return wrapped;
}

/** How a module is held stands in the flow: what would be a wrong option of a program is a mistake in the file there. */
export function codeInFlow(code: PhlowErrorCode): PhlowErrorCode {
  return code === 'PHLOW_OPTION_INVALID' ? 'PHLOW_FLOW_INVALID' : code;
}

/** What is wrong with a module, without its name: the caller adds the name that the flow uses. */
export function reasonIn(message: string): string {
  return message.replace(/^Cannot (?:load|use) module "[^"\n]*": /, '');
}
