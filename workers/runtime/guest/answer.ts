import { toFault } from '../../../src/wire/fault.js';
import type { Answer, ControlRequest } from '../../../src/wire/frame.js';
import type { Control } from '../control.js';

/** Answers one question of the control plane. */
export async function answer(
  question: string,
  control: Control,
  post: (text: string) => void,
): Promise<void> {
  const [id, what] = JSON.parse(question) as ControlRequest;
  try {
    post(JSON.stringify([id, true, (await control[what]()) ?? null] satisfies Answer));
  } catch (error) {
    post(JSON.stringify([id, false, toFault(error)] satisfies Answer));
  }
}
