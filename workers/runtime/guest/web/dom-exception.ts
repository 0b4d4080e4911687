import { asInterface, toDomString } from './webidl.js';

/** Names that have a number from older times, in the order of the numbers. Empty places are numbers no longer used. */
const CODES = [
  'IndexSizeError',
  '',
  'HierarchyRequestError',
  'WrongDocumentError',
  'InvalidCharacterError',
  '',
  'NoModificationAllowedError',
  'NotFoundError',
  'NotSupportedError',
  'InUseAttributeError',
  'InvalidStateError',
  'SyntaxError',
  'InvalidModificationError',
  'NamespaceError',
  'InvalidAccessError',
  '',
  'TypeMismatchError',
  'SecurityError',
  'NetworkError',
  'AbortError',
  'URLMismatchError',
  'QuotaExceededError',
  'TimeoutError',
  'InvalidNodeTypeError',
  'DataCloneError',
];
/** Constants exist for the empty places, too. */
const OLD_CONSTANTS: Readonly<Record<number, string>> = {
  2: 'DOMSTRING_SIZE_ERR',
  6: 'NO_DATA_ALLOWED_ERR',
  16: 'VALIDATION_ERR',
};

interface State {
  readonly name: string;
  readonly message: string;
}

/** Not private fields: the objects are made by `Error`, so that they have a stack and count as errors everywhere. */
const states = new WeakMap<object, State>();

function stateOf(value: object): State {
  const state = states.get(value);
  if (state === undefined) throw new TypeError('Cannot read a DOMException: this object is not one');
  return state;
}

/** Whether a value was made by `DOMException`, whatever its prototype is by now. */
export function isDomException(value: object): value is DOMException {
  return states.has(value);
}

/** The error of the web's interfaces: its `name` says what went wrong. */
class DOMException {
  constructor(message: unknown = '', options: unknown = 'Error') {
    const state = { message: toDomString(message), name: '' };
    const isDictionary = (typeof options === 'object' && options !== null) || typeof options === 'function';
    const { name, cause } = (isDictionary ? options : { name: options }) as {
      readonly name?: unknown;
      readonly cause?: unknown;
    };
    state.name = name === undefined ? 'Error' : toDomString(name);
    const error = Reflect.construct(Error, [], new.target) as DOMException;
    states.set(error, state);
    if (isDictionary && Object.hasOwn(options, 'cause'))
      Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
    return error;
  }

  get name(): string {
    return stateOf(this).name;
  }
  get message(): string {
    return stateOf(this).message;
  }
  get code(): number {
    return CODES.indexOf(stateOf(this).name || '-') + 1;
  }
}

asInterface(DOMException, 'DOMException');
// The objects are errors; the constructor itself must not lead to the realm's own `Error`, which can do more than a module's.
Object.setPrototypeOf(DOMException.prototype, Error.prototype);
for (const [at, name] of CODES.entries()) {
  const key = OLD_CONSTANTS[at + 1] ?? constantName(name);
  const constant = { value: at + 1, enumerable: true };
  Object.defineProperty(DOMException, key, constant);
  Object.defineProperty(DOMException.prototype, key, constant);
}

/** `NotFoundError` as `NOT_FOUND_ERR`. */
function constantName(name: string): string {
  const words = name.slice(0, -'Error'.length).replace(/(?<=[a-z])(?=[A-Z])|(?<=URL)(?=M)/g, '_');
  return `${words.toUpperCase()}_ERR`;
}

/** One of ours to throw: the class is none of the language's errors to the type checker, its objects are to everybody else. */
export function domError(name: string, message: string): Error {
  return new DOMException(message, name);
}

export { DOMException };
