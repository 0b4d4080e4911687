/** A script that cannot be parsed or compiled; `offset` counts UTF-16 units of the code. */
export class ScriptSyntaxError extends Error {
  readonly offset: number;
  readonly width: number;
  /** True for a limit that the source itself exceeds. */
  readonly isLimit: boolean;

  constructor(message: string, offset: number, width = 1, isLimit = false) {
    super(message);
    this.offset = offset;
    this.width = width;
    this.isLimit = isLimit;
  }
}
