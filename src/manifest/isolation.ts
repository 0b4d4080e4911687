/** How strongly a module is held apart from the host, weakest first (docs/security.md). */
export const ISOLATION_LEVELS = ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'] as const;

/** One word for how strongly a module is held apart from the host. */
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];
