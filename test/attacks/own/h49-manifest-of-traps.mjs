// class: host tooling
// goal: dos
// options: {"deadline":2000,"plants":{"attack/phlow.yaml":"pipe","evasive/phlow.yaml":"link /dev/zero"}}
// The manifest itself is a pipe, or has no end.
export default () => 'called';
