/** One way of having a small package answered; every peer echoes what it is sent. */
export interface Peer {
  readonly name: string;
  /** Its configuration in words, where it has one. */
  readonly setup?: string;
  call(value: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * What is sent. With an integer nothing but the way itself costs; an object of three fields is what a step usually sends, the nested one is a reply
 * of the cache, and the rows are those of a small query.
 */
export const PACKAGES = {
  integer: (sequence: number): number => sequence,
  object: (sequence: number): object => ({ action: 'get', key: 'user:1', sequence }),
  nested: (sequence: number): object => ({
    success: true,
    found: true,
    value: {
      user_id: sequence,
      username: 'john',
      email: 'john@example.com',
      permissions: ['read', 'write'],
      login_time: '2025-08-06T23:10:00Z',
    },
    key: `session:${sequence}`,
  }),
  rows: (sequence: number): object => ROWS.map((row) => ({ ...row, id: row.id + sequence })),
} as const;

const ROWS = Array.from({ length: 200 }, (_, id) => ({
  id,
  name: `Customer ${id}`,
  email: `customer-${id}@example.com`,
  balance: id * 1.5,
  isActive: id % 2 === 0,
}));

/** The kind of package. */
export type PackageKind = keyof typeof PACKAGES;
