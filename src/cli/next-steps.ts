import { shellText } from '../visible-text.js';
import { installCommands } from './install-commands.js';
import type { Printer } from './print.js';

/** Says what to run in a folder whose files have just been made: into it, what is still to be installed, and then these commands. */
export async function printNextSteps(
  print: Printer,
  {
    target,
    folder,
    tools = false,
  }: { readonly target: string; readonly folder: string; readonly tools?: boolean },
  commands: readonly string[],
): Promise<void> {
  const steps = [
    ...(target === '.' ? [] : [`cd ${shellText(target)}`]),
    ...(await installCommands(folder, tools)),
    ...commands,
  ];
  print.note(`Next:\n${steps.map((line) => `  ${line}`).join('\n')}`);
}
