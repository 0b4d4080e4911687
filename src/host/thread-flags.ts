/** Flags that say where the program's text comes from: they speak of the host's entry, and a thread with an entry of its own refuses them. */
const ABOUT_THE_ENTRY = /^(--input-type(=|$)|--eval(=|$)|--print(=|$)|-e$|-p$|-pe$)/;

/** The host's own Node flags as far as a thread can take them over. */
export function threadFlags(hostFlags: readonly string[]): string[] {
  const flags: string[] = [];
  for (let i = 0; i < hostFlags.length; i++) {
    const flag = hostFlags[i] ?? '';
    if (!ABOUT_THE_ENTRY.test(flag)) flags.push(flag);
    // Without "=", the value is a word of its own.
    else if (!flag.includes('=')) i++;
  }
  return flags;
}
