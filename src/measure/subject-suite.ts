import { closedLoops } from './closed-loop.js';
import { startFloor } from './floor.js';
import type { Suite } from './suite.js';

/** A module or a flow that is to be measured. */
export interface Subject {
  readonly name: string;
  /** Sends the package once, or runs the flow once. */
  readonly call: (input: unknown) => Promise<unknown>;
  /** What is sent, for the floor to send it too. */
  readonly input: unknown;
}

/** The suite that measures one subject of a user beside the floor: the same input there and back over a bare port. */
export function subjectSuite({ name, call, input }: Subject): Suite {
  return {
    scope: 'subject',
    about: 'one module or flow beside the floor: its input, there and back over a bare port',
    async open({ widths }) {
      const floor = await startFloor();
      // An object that stands twice in a batch is cloned once by a bare port, and phlow sends it in a message of its own.
      const inputs = Array.from({ length: Math.max(...widths) + 1 }, () => structuredClone(input));
      const inTurn = (sequence: number): unknown => inputs[sequence % inputs.length];
      return {
        cases: [
          ...closedLoops({
            name: 'floor',
            widths,
            isFloor: true,
            call: (sequence) => floor.call(inTurn(sequence)),
          }),
          ...closedLoops({ name, widths, call: (sequence) => call(inTurn(sequence)) }),
        ],
        close: () => floor.stop(),
      };
    },
  };
}
