/**
 * The parts that are needed: without any one half of the others, and so on down to single parts, `isEnough` no longer holds. Tries at most two
 * times as many sets as there are parts; once `budget` tries are used up, what has not been tried stays.
 *
 * @param isEnough whether a set does as well as all parts together.
 */
export async function smallest<Part>(
  parts: readonly Part[],
  isEnough: (parts: readonly Part[]) => Promise<boolean>,
  budget: number,
): Promise<readonly Part[]> {
  let kept = parts;
  let left = budget;
  const without = async (group: readonly Part[]): Promise<void> => {
    if (group.length === 0 || left <= 0) return;
    left--;
    const rest = kept.filter((part) => !group.includes(part));
    if (await isEnough(rest)) kept = rest;
    else if (group.length > 1) {
      const middle = Math.ceil(group.length / 2);
      await without(group.slice(0, middle));
      await without(group.slice(middle));
    }
  };
  await without(parts);
  return kept;
}
