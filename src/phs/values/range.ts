import { KIND, Special, type Int, type PhsValue } from './value.js';

/** `a..b` and `a..=b`; an open end is undefined (only indexing of strings takes those). */
export class Range extends Special {
  readonly kind = KIND.range;
  readonly start: Int | undefined;
  readonly end: Int | undefined;
  readonly inclusive: boolean;

  constructor(start: Int | undefined, end: Int | undefined, inclusive: boolean) {
    super();
    this.start = start;
    this.end = end;
    this.inclusive = inclusive;
  }

  get typeName(): string {
    return this.inclusive ? 'range=' : 'range';
  }

  /** True when the range holds no int. */
  get isEmpty(): boolean {
    if (this.start === undefined || this.end === undefined) return false;
    return this.inclusive ? this.start > this.end : this.start >= this.end;
  }

  /** True for an int, or a float read numerically, inside the range. */
  contains(value: Int): boolean {
    if (this.start !== undefined && value < this.start) return false;
    if (this.end === undefined) return true;
    return this.inclusive ? value <= this.end : value < this.end;
  }
}

/** Something that only `for` can walk: stepped ranges, chars, bits. */
export class Sequence extends Special {
  readonly kind = KIND.sequence;
  readonly typeName = 'iterator';
  /** Starts a new walk; values are made one by one. */
  readonly items: () => Iterable<PhsValue>;

  constructor(items: () => Iterable<PhsValue>) {
    super();
    this.items = items;
  }
}

/** A monotonic instant in seconds. */
export class Timestamp extends Special {
  readonly kind = KIND.timestamp;
  readonly typeName = 'timestamp';
  readonly seconds: number;

  constructor(seconds: number) {
    super();
    this.seconds = seconds;
  }
}
