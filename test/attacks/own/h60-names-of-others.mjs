// class: cross-tenant
// goal: leak
// options: {"deadline":2500,"files":{"phlow.yaml":"name: victim\nversion: 1.0.0\nentry: index.mjs\ndescription: host\npermissions:\n  fs: { read: [\"./\"], write: [\"./\"] }\n"}}
// A module whose manifest gives the name of another one.
export default (pkg, ctx) => {
  ctx.context.log.info('x', { module: 'host', level: 'error', time: 0, __proto__: { module: 'victim' } });
  console.log(JSON.stringify({ level: 'info', module: 'host', message: 'forged' }));
  return `${ctx.context.name}`;
};
