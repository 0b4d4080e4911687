/** Hosts that serve the same module share one queue: each call goes to one of them. */
export const QUEUE = 'phlow';

/** Where the messages of one service go. */
export interface Subjects {
  /** Calls; one of the hosts takes each. */
  readonly call: string;
  /** What the service is; one of the hosts answers. */
  readonly manifest: string;
  /** Calls that were given up before it was known which host has them: to all hosts. */
  readonly cancel: string;
  /** What belongs to a call that one host has: items, credit, the rest of a long message. */
  readonly to: (instance: string) => string;
}

export function subjectsOf(service: string): Subjects {
  const root = `phlow.v1.${service}`;
  return {
    call: `${root}.call`,
    manifest: `${root}.manifest`,
    cancel: `${root}.cancel`,
    to: (instance) => `${root}.to.${instance}`,
  };
}
