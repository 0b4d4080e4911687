/** Flags that say where the program's text comes from: they speak of the host's entry, and a thread with an entry of its own refuses them. */
const ABOUT_THE_ENTRY = /^(--input-type(=|$)|--eval(=|$)|--print(=|$)|-e$|-p$|-pe$)/;

/**
 * The Node flags for a thread: undefined to take over the host's own, which is the rule. A host that was given as text on the command line
 * has flags that no thread can take over; its threads start without any.
 */
export function threadFlags(hostFlags: readonly string[]): string[] | undefined {
  return hostFlags.some((flag) => ABOUT_THE_ENTRY.test(flag)) ? [] : undefined;
}
