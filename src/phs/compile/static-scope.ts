/** A variable, as it is known when a script is compiled. */
export interface Binding {
  readonly name: string;
  /** `local`: the value stands in the frame; `cell`: a Cell stands there; `captured`: a Cell among those the closure took over. */
  readonly where: 'local' | 'cell' | 'captured';
  readonly index: number;
  readonly isConstant: boolean;
}

/** The variables of one function, closure or script while it is compiled: which names are in sight and where their values stand. */
export class StaticScope {
  readonly kind: 'script' | 'function' | 'closure';
  /** What a closure takes over from outside, in the order of its cells. */
  readonly captures: Binding[] = [];
  readonly #outer: StaticScope | undefined;
  /** Names that some closure of the script uses: variables of these names are cells, the others plain locals. */
  readonly #shared: ReadonlySet<string>;
  #visible: Binding[] = [];
  #nextLocal = 0;
  #localCount = 0;
  #isSealed = false;
  #blocks = 0;

  constructor(kind: StaticScope['kind'], shared: ReadonlySet<string>, outer?: StaticScope) {
    this.kind = kind;
    this.#outer = outer;
    this.#shared = shared;
  }

  /** How many locals a frame needs. */
  get localCount(): number {
    return this.#localCount;
  }

  /** Makes a variable that is in sight from now on. */
  declare(name: string, isConstant = false): Binding {
    const where = this.#shared.has(name) ? 'cell' : 'local';
    const binding: Binding = { name, where, index: this.#nextLocal++, isConstant };
    this.#localCount = Math.max(this.#localCount, this.#nextLocal);
    this.#visible.push(binding);
    return binding;
  }

  /** Runs `compile` in a block: what it declares is out of sight behind it. */
  block<T>(compile: () => T): T {
    const visible = this.#visible.length;
    const next = this.#nextLocal;
    this.#blocks++;
    const result = compile();
    this.#blocks--;
    this.#visible.length = visible;
    this.#nextLocal = next;
    return result;
  }

  /** The variable a name means here. A closure takes over what it finds outside. */
  resolve(name: string): Binding | undefined {
    const own = this.#visible.findLast((binding) => binding.name === name);
    if (own !== undefined) return own;
    const known = this.captures.findIndex((capture) => capture.name === name);
    if (known !== -1) return this.#captured(name, known);
    if (this.kind !== 'closure' || this.#isSealed) return undefined;
    const outer = this.#outer?.resolve(name);
    if (outer === undefined) return undefined;
    this.captures.push(outer);
    return this.#captured(name, this.captures.length - 1);
  }

  #captured(name: string, index: number): Binding {
    return { name, where: 'captured', index, isConstant: this.captures[index]?.isConstant ?? false };
  }

  /** True when a host variable can be seen: not from named functions. */
  get seesHost(): boolean {
    return this.kind === 'closure' ? (this.#outer?.seesHost ?? true) : this.kind === 'script';
  }

  /** True for statements of the script itself, which stand in no block. */
  get isTopLevel(): boolean {
    return this.kind === 'script' && this.#blocks === 0;
  }

  /** True where `this` can be meant: in functions and closures. */
  get hasThis(): boolean {
    return this.kind !== 'script';
  }

  /** The names in sight, nearest first, for suggestions. */
  names(): string[] {
    const own = this.#visible.map((binding) => binding.name).reverse();
    return [...own, ...(this.kind === 'closure' ? (this.#outer?.names() ?? []) : [])];
  }

  /** A copy as it is now, for text that is compiled while the script runs: it sees the same variables, and can capture no more. */
  snapshot(): StaticScope {
    const copy = new StaticScope(this.kind, this.#shared, this.#outer);
    copy.captures.push(...this.captures);
    copy.#visible = [...this.#visible];
    copy.#nextLocal = this.#localCount;
    copy.#localCount = this.#localCount;
    copy.#isSealed = true;
    copy.#blocks = this.#blocks;
    return copy;
  }
}
