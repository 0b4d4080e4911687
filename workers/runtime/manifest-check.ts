import { answerTo, type CheckAnswer, type CheckTask } from '../../src/manifest/checks-beside.js';

/** The work of a thread that reads what others wrote in manifests: nobody waits for it but who loads their module. */
export default function check(task: CheckTask): CheckAnswer {
  return answerTo(task);
}
