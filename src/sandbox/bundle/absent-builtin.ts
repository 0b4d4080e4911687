import { builtinHint } from './builtins.js';

/**
 * The text of a CommonJS file in the place of a built-in that is not there: it fails when it is required, or when anything of it is used.
 *
 * @param from the file that asks for it, as its author knows it
 */
export function absentBuiltin(name: string, from: string, when: 'at once' | 'when used'): string {
  const text = JSON.stringify(`Cannot use the built-in "${name}" of Node.js in ${from}${builtinHint(name)}`);
  const fail = `const fail = () => { const error = new Error(${text}); error.code = 'MODULE_NOT_FOUND'; throw error; };`;
  return when === 'at once'
    ? `${fail} fail();`
    : `${fail} module.exports = Object.create(new Proxy({}, {
          get: (_target, key) => (typeof key === 'symbol' || key === '__esModule' || key === 'then' ? undefined : fail()),
        }));`;
}
