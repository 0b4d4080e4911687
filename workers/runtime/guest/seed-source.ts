/**
 * What the guest's script uses of `node:crypto`, which its realm does not have and which would make each start longer. What a guest reads comes
 * from its host: nobody gains from foreseeing these numbers.
 */
export function randomInt(limit: number): number {
  return Math.floor(Math.random() * limit);
}
