/** One way of having a small package answered; every peer echoes what it is sent. */
export interface Peer {
  readonly name: string;
  /** Its configuration in words, where it has one. */
  readonly setup?: string;
  call(value: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * What is sent. With an integer nothing but the way itself costs; an object of three fields is what a step usually sends, and
 * cloning it twice each way takes more than everything else together.
 */
export const PACKAGES = {
  integer: (sequence: number): number => sequence,
  object: (sequence: number): { action: string; key: string; sequence: number } => ({
    action: 'get',
    key: 'user:1',
    sequence,
  }),
} as const;

/** The kind of package. */
export type PackageKind = keyof typeof PACKAGES;
