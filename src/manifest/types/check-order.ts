/**
 * Whether the check fills in the defaults of a schema: it does not inside of `anyOf` and `oneOf`, as it does not know yet which of them counts, nor in `then`
 * and `else` of a schema that speaks of unevaluated members, where a condition is written as an `anyOf`.
 */
export type Filling = 'filled' | 'filled outside of conditions' | 'left';

/**
 * Where the check comes to a schema: which keyword of the whole leads there, which keyword of that part, and so on, as positions in `CHECK_ORDER`. Places are
 * compared from the left.
 */
export type Place = readonly number[];

/** A schema where it stands. */
export interface Part {
  readonly schema: unknown;
  readonly at: Place;
  readonly filling: Filling;
}

/** The order in which ajv goes through the keywords of one schema, as far as it matters. `own`: defaults are filled in, then `required` and `properties` are checked. */
export const CHECK_ORDER = { $ref: 0, anyOf: 1, oneOf: 2, allOf: 3, if: 4, own: 5, late: 6 } as const;

/** A part inside of another: at a keyword, and there in the place of a list. */
export function partOf(
  { at, filling }: Part,
  schema: unknown,
  keyword: keyof typeof CHECK_ORDER,
  inner: { readonly index?: number; readonly filling?: Filling } = {},
): Part {
  const { index } = inner;
  const place = [...at, CHECK_ORDER[keyword], ...(index === undefined ? [] : [index])];
  return { schema, at: place, filling: inner.filling ?? filling };
}

/** Whether the check comes to one place before it comes to another. */
export function isBefore(one: Place, other: Place): boolean {
  for (const [i, position] of one.entries()) {
    const beside = other[i];
    if (beside === undefined) return false;
    if (position !== beside) return position < beside;
  }
  return one.length < other.length;
}
