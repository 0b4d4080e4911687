import { EXCEPTIONS } from './exceptions.js';
import { oracle } from './oracle.js';
import { permittedObjects } from './permitted.js';

/** The one registered symbol: the library keeps its `harden` under it. */
const HARDEN = 'harden';
const MAX_CHAIN = 1_000;
/** Bound functions, callable proxies and functions that settle promises have no text; their realm shows in their prototype. */
const NAMELESS = /^function \(\) \{ \[native code\] \}$/;
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
/** What the constructors of functions make of a module's own texts. */
const MADE_BY_FUNCTION = /^(?:async )?function\*? anonymous\(/;

const wellKnown = new Set<unknown>(Reflect.ownKeys(Symbol).map((key) => (Symbol as never)[key]));
const toText = Function.prototype.toString;

/** Decides whether a value may be in a module's reach, and why not. */
export class Judge {
  readonly #permitted = permittedObjects();
  readonly #origins = new Map<string, boolean>();
  readonly #excepted = EXCEPTIONS.map(({ name, objects }) => ({ name, objects: objects() }));
  /** Values that only an exception lets through. */
  readonly exceptions: Record<string, number> = {};

  /** What is wrong with an object; undefined when nothing is. */
  complaint(value: object): string | undefined {
    if (oracle.isOuter(value)) return 'belongs to the realm of Node';
    if (!endsHere(value)) return 'inherits from another realm';
    return typeof value === 'function' ? this.#ofFunction(value) : undefined;
  }

  ofSymbol(value: symbol): string | undefined {
    if (wellKnown.has(value) || Symbol.keyFor(value) === HARDEN) return undefined;
    return 'is a symbol of somebody else';
  }

  #ofFunction(value: object): string | undefined {
    const text = toText.call(value);
    if (!NATIVE.test(text))
      return MADE_BY_FUNCTION.test(text) || this.#isOurs(text)
        ? undefined
        : `is a function of unknown origin: ${text.slice(0, 80)}`;
    if (this.#permitted.has(value) || NAMELESS.test(text)) return undefined;
    for (const { name, objects } of this.#excepted) {
      if (!objects.has(value)) continue;
      this.exceptions[name] = (this.exceptions[name] ?? 0) + 1;
      return undefined;
    }
    return `is native and not on the permit list: ${text.slice(0, 80)}`;
  }

  #isOurs(text: string): boolean {
    const known = this.#origins.get(text) ?? oracle.isOurText(text);
    this.#origins.set(text, known);
    return known;
  }
}

/** Whether the chain of prototypes ends in this realm's own root, or in an object without any. */
function endsHere(value: object): boolean {
  let at: object | null = value;
  try {
    for (let i = 0; i < MAX_CHAIN; i++) {
      const next: object | null = Reflect.getPrototypeOf(at);
      if (next === null) return at === value || at === Object.prototype || !oracle.isOuter(at);
      at = next;
    }
  } catch {
    // A proxy that refuses to be looked at: the samples have some, and only their own code makes such.
    return true;
  }
  return false;
}
