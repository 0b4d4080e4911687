/** A compartment: its own global object, compiled code sees nothing else. */
export interface CompartmentInstance {
  readonly globalThis: Record<string, unknown>;
  evaluate(code: string): unknown;
}

/** What the `ses` script has put on the global object before the guest's own code runs. */
interface SesGlobals {
  readonly Compartment: new (options: {
    readonly globals: object;
    readonly name: string;
    readonly __options__: true;
  }) => CompartmentInstance;
  /** Freezes a value and everything that can be reached from it. */
  readonly harden: <T>(value: T) => T;
}

// The script's own types declare globals for the whole program, the host included: this cast is narrower.
const ses = globalThis as unknown as SesGlobals;

export const Compartment = ses.Compartment;
export const harden = ses.harden;
