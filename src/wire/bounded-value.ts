/** How much a value may hold that accompanies something else, such as the details of an error. */
export interface ValueBounds {
  /** Values in values, itself included. */
  readonly values: number;
  /** Characters of texts and keys. */
  readonly characters: number;
}

/** True when a value holds no more than that. */
export function isWithin(value: unknown, bounds: ValueBounds): boolean {
  return lengthWithin(value, bounds) !== undefined;
}

/** Characters that a value counts at least for, however little is in it. */
const VALUE_LENGTH = 4;

/**
 * How many characters it takes to write a value down, about; undefined when it holds more than that. Looks at no more than it takes to know, so
 * that it may be asked about anything; what stands in a cycle counts as endless.
 */
export function lengthWithin(value: unknown, { values, characters }: ValueBounds): number | undefined {
  const queue: unknown[] = [value];
  let seen = 0;
  let length = 0;
  while (queue.length > 0) {
    const next = queue.pop();
    if (typeof next === 'string') length += next.length;
    else if (Array.isArray(next)) {
      if (seen + queue.length + next.length > values) return undefined;
      for (const member of next as unknown[]) queue.push(member);
    } else if (typeof next === 'object' && next !== null) {
      for (const key in next) {
        length += key.length;
        queue.push((next as Record<string, unknown>)[key]);
        if (seen + queue.length > values) return undefined;
      }
    }
    if (++seen > values || length > characters) return undefined;
  }
  return length + seen * VALUE_LENGTH;
}

/** A text that is cut when it is longer than that, and says so. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
