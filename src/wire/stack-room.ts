/** Room on the stack to ask for, as the arguments of one call that take as much. */
export type StackRoom = readonly undefined[];

const WORD_BYTES = 8;
const { apply } = Reflect;
const noop = (): void => undefined;

/** Room of this many bytes; at most half a megabyte, which is what one call takes. */
export function stackRoom(bytes: number): StackRoom {
  return new Array<undefined>(bytes / WORD_BYTES).fill(undefined);
}

/**
 * Throws a RangeError where the stack has less room than that. One call with many arguments asks for it: as many calls inside of each other take
 * six times as long.
 */
export function reserveStack(room: StackRoom): void {
  apply(noop, undefined, room);
}
