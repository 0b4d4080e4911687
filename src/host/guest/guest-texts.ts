import { readFileSync } from 'node:fs';

/** The texts that a guest's container is made of; read once, when the first guest is started. */
export interface GuestTexts {
  /** What precedes the compartment library, the library, the lockdown and our own code: one script, in ASCII. */
  readonly script: string;
  /** What a thread or a process runs first. */
  readonly boot: { readonly thread: string; readonly process: string };
}

let texts: GuestTexts | undefined;

/** The texts as the build has left them. */
export function guestTexts(): GuestTexts {
  texts ??= readTexts();
  return texts;
}

function readTexts(): GuestTexts {
  const own = (name: string): string =>
    readFileSync(new URL(`../../../workers/guest/${name}.txt`, import.meta.url), 'utf8');
  return {
    script: `${own('prelude')}\n${own('compartments')}\n${own('core')}`,
    boot: { thread: own('thread-boot'), process: own('process-boot') },
  };
}
