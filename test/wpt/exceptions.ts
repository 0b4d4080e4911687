/** Cases that do not hold, each with the reason; a case in this list that holds after all fails the test, too. */
export interface CaseException {
  readonly name: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly CaseException[] = [];

/** Why a case may fail without being listed: what the other side does is done by Node, and its own class fails the same case. */
export const NODES_OWN = /^url(?: setter| host)?:/;
