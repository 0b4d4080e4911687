/** What the condition is tried on. */
export interface Request {
  readonly main: {
    readonly user: { readonly age: number; readonly name: string };
    readonly method: string;
    readonly path: string;
  };
}

/** A condition, ready to be asked. */
export type Test = (request: Request) => unknown;

/** An own property of a map; null when it is missing, an error when the value is no map. */
function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`no property ${key}`);
  return Object.hasOwn(value, key) ? ((value as Readonly<Record<string, unknown>>)[key] ?? null) : null;
}

function atLeast(a: unknown, b: number): boolean {
  if (Number.isSafeInteger(a)) return (a as number) >= b;
  throw new TypeError('no int');
}

function isEqual(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' ? a === b : Object.is(a, b);
}

/** The condition as generated code with the guarantees of phs: what a compiler to JavaScript would emit. */
export function checkedTest(age: number): Test {
  const code = `return (scope) => atLeast(own(own(scope.main, "user"), "age"), ${age}) && isEqual(own(scope.main, "method"), "POST");`;
  return (new Function('own', 'atLeast', 'isEqual', code) as (...parts: unknown[]) => Test)(
    own,
    atLeast,
    isEqual,
  );
}

/** A condition as bare JavaScript, without any of these guarantees. */
export function bareTest(condition: string): Test {
  return new Function('{ main }', `return ${condition};`) as Test;
}

/** Compiles an expression that is JavaScript too. */
export function compiled(expression: string): unknown {
  return new Function('main', `return ${expression};`);
}

/** A body of JavaScript as a function. */
export function runnable(body: string): () => unknown {
  return new Function(body) as () => unknown;
}
