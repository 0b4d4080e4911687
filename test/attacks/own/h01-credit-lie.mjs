// class: streams
// goal: dos
// options: {"items":1000000000,"deadline":2500,"wait":300}
// Credit for the caller's stream without having read it: the host would pull an endless stream without ever pausing.
export default async (pkg, { items }) => {
  items.push('first');
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < 5_000; i++) {
      items.push(i);
      items.next();
    }
    await null;
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return 'done';
};
