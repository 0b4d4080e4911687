// class: liveness
// goal: dos
// options: {"items":10,"deadline":1000,"wait":2500,"success":"STILL-AT-WORK"}
// A sign of progress that is none, sent again and again, so that a package which is never answered never gets overdue.
export default async (pkg, { items }) => {
  items.push('first');
  const end = Date.now() + 2_600;
  while (Date.now() < end) {
    for (let i = 0; i < 64; i++) {
      items.push(i);
      items.next();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return 'STILL-AT-WORK';
};
