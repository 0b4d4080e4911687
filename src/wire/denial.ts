/**
 * What a guarded module's thread reports of a refusal by Node's permission model: the name of the permission in Node's words (`FileSystemRead`,
 * `ChildProcess`), or `Net` and `Environment` for what is noted there without being refused; and what it was wanted for.
 */
export type Denial = readonly [permission: string, resource: string];

const LONGEST = 4_096;

/** Reads what came over the port: the thread belongs to the module. Undefined for what is no denial. */
export function readDenial(message: unknown): Denial | undefined {
  if (!Array.isArray(message)) return undefined;
  const [permission, resource] = message as readonly unknown[];
  if (typeof permission !== 'string' || typeof resource !== 'string') return undefined;
  return [permission.slice(0, 64), resource.slice(0, LONGEST)];
}
