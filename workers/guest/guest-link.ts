/** The way out of a container, as the boot code of a thread or a process builds it before the realm is emptied. */
export interface GuestLink {
  /** Sends one frame to the host. */
  post(frame: string): void;
  /** Names who takes the frames of the host. */
  onFrame(take: (frame: string) => void): void;
  /** Names who hears of what nothing caught. */
  onUncaught(take: (error: unknown) => void): void;
  /** Ends the container once what was posted has left. */
  exit(): void;
  heapUsed(): number;
  /** Takes away what the realm does not need; afterwards only what was captured before still works. */
  scuttle(): void;
  /** V8's cache of the guest's own script as base64, when the host wishes for it. */
  readonly cache: (() => string) | undefined;
  readonly token: string;
}
