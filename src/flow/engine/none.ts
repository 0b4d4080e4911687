/** Stands for "no value": a step without output, a payload that was never set. Null and undefined are values. */
export const NONE = Symbol('none');

/** The type of NONE. */
export type None = typeof NONE;
