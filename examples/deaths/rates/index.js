const table = { USD: 1.1, CHF: 0.94 };

const ways = {
  uncaught: () => setTimeout(() => convert(undefined), 1),
  rejection: () => void Promise.reject(new Error('the bank does not answer')),
  exit: () => process.exit(3),
  loop: () => round(0.1, 2),
  memory() {
    const kept = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
};

function convert(rate) {
  return rate.value;
}

function round(value, digits) {
  let rest = value;
  while (rest !== 0) rest = rest > digits ? rest - digits : rest + 1;
  return rest;
}

function connect(url) {
  if (url === 'nowhere') throw new Error(`there is no bank at ${url}`);
}

export default {
  start: (context) => connect(context.with.url),
  handler(pkg, context) {
    const { to } = pkg.input;
    if (to in table) return table[to];
    context.log.info(`asked for ${to}`);
    return new Promise(() => ways[to]?.());
  },
};
