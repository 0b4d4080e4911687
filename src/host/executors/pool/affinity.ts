import { PhlowError } from '../../../errors.js';
import { isMap, textOf } from '../../../values.js';

/** Reads the key of an input. */
export type KeyOf = (input: unknown) => unknown;

/** Compiles a path such as `input.user.id`: own properties only, undefined where there is none. */
export function affinityOf(path: string, module: string): KeyOf {
  const [root, ...keys] = path.split('.');
  if (root !== 'input' || keys.some((key) => key === '')) {
    const message = `Cannot load module "${module}": affinity is "${path}", expected a path such as "input.key"`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module } });
  }
  return (input) => {
    let at: unknown = input;
    for (const key of keys) at = isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    return at;
  };
}

/** One of `places`, always the same for equal keys: FNV-1a over the key as text. */
export function replicaFor(key: unknown, places: number): number {
  const text = textOf(key);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % places;
}
