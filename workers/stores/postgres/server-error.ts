/** An error that the server has reported, as `pg` hands it over. */
export interface ServerError extends Error {
  /** `ERROR`, `FATAL` or `PANIC`. */
  readonly severity: string;
  /** The SQLSTATE, such as `23505`. */
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** The function of the server that reported it. */
  readonly routine?: string;
}

/** Whether the server has reported this, in answer to a statement. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && typeof error.severity === 'string';
}

/** Whether the session ends with it. */
export function isFatal({ severity }: ServerError): boolean {
  return severity === 'FATAL' || severity === 'PANIC';
}

/** Whether a prepared statement has become invalid: it was dropped, or its tables have changed. */
export function isStale(error: unknown): boolean {
  if (!isServerError(error)) return false;
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/** The chain of what the server says: `ERROR: ...`, `DETAIL: ...`, `HINT: ...`. */
export function causeText({ severity, message, detail, hint }: ServerError): string {
  return [
    `${severity}: ${message}`,
    ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
    ...(hint === undefined ? [] : [`HINT: ${hint}`]),
  ].join('\n');
}
