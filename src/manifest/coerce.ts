/** A number as JSON writes it. */
export const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What a text, or a value that was made of one, becomes where one of the types is asked for and it has none of them, by the rules of the schema compiler, except that only JSON's own notation makes a number; undefined where there is nothing. */
export function coerced(value: unknown, types: readonly string[]): { readonly value: unknown } | undefined {
  for (const type of types) {
    const made = toType(value, type);
    if (made !== undefined) return { value: made };
  }
  return undefined;
}

function toType(value: unknown, type: string): unknown {
  switch (type) {
    case 'string':
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      return value === null ? '' : undefined;
    case 'number':
    case 'integer': {
      const isSpelt = typeof value === 'string' && JSON_NUMBER.test(value) && Number.isFinite(Number(value));
      if (typeof value !== 'boolean' && value !== null && !isSpelt) return undefined;
      const number = Number(value);
      return type === 'integer' && number % 1 !== 0 ? undefined : number;
    }
    case 'boolean':
      if (value === 'true' || value === 1) return true;
      return value === 'false' || value === 0 || value === null ? false : undefined;
    case 'null':
      return value === '' || value === 0 || value === false ? null : undefined;
    case 'array':
      return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? [value] : undefined;
    default:
      return undefined;
  }
}
