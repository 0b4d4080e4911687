/** One way a value breaks its schema. */
export interface Violation {
  /** JSON pointer into the value, `''` for the value itself. */
  readonly path: string;
  /** The schema keyword that failed, for example `required`, `type`, `enum`; `absent` when there was no value at all. */
  readonly keyword: string;
  /** One sentence; the manifest's own text when its `messages` has one for this keyword. */
  readonly message: string;
  /** The value is a secret, or part of one: nothing here shows it, and code that passes this on should not either. */
  readonly secret?: true;
}
