/** Cases that do not hold, each with the reason; a case in this list that holds after all fails the test, too. */
export interface CaseException {
  readonly name: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly CaseException[] = [
  ...('transfer' in ArrayBuffer.prototype
    ? []
    : ['the buffer moves', 'twice, or detached already, is refused']
  ).map((name) => ({
    name: `transfer: ${name}`,
    reason:
      'the language has no way to take a buffer before ArrayBuffer.prototype.transfer (Node 22): refused with a text that says so',
  })),
];

/** Why a case may fail without being listed: what the other side does is done by Node, and its own class fails the same case. */
export const NODES_OWN = /^(?:url(?: setter| host)?:|label:|decode: iso-2022-jp)/;
