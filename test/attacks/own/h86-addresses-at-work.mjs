// class: survival
// goal: after
// options: {"deadline":2500,"wait":500,"settle":5000}
// Addresses and queries of a hundred megabytes, millions of parameters, and changes that each begin everything again.
export default () => {
  const said = [];
  const attempt = (run) => {
    try {
      said.push(String(run()).length);
    } catch (error) {
      said.push(error.name);
    }
  };
  const params = new URLSearchParams();
  for (let i = 0; i < 1_500_000; i++) params.append(`k${(i * 7_919) % 1_000_003}`, 'v');
  attempt(() => params.sort());
  attempt(() => {
    for (let i = 0; i < 3_000; i++) params.delete(`k${i}`);
    return params.size;
  });
  attempt(() => new URLSearchParams('a=1&b=%FF%C3%28&'.repeat(4_000_000)));
  attempt(() => new URL(`http://x.example/${'%41/../'.repeat(10_000_000)}?${'é'.repeat(10_000_000)}`));
  attempt(() => new URL(`http://${'ü.'.repeat(5_000_000)}example/`));
  attempt(() => new URL(`http://x/#${'\ud800'.repeat(50_000_000)}`));
  const url = new URL('http://x.example/?a=1');
  for (let i = 0; i < 20_000; i++) {
    url.searchParams.append('k', 'x'.repeat(1_000));
    url.hash = String(i);
    attempt(() => url.href);
  }
  for (let i = 0; i < 1_000_000; i++) url.search = `?${i}=${i}`;
  attempt(() => {
    let grown = 'http://x/';
    for (;;) {
      grown = new URL(`${grown}${'é'.repeat(1_000_000)}`).href;
      if (grown.length > 500_000_000) return grown;
    }
  });
  return said.slice(0, 100).join();
};
