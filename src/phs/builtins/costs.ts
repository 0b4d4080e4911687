/** What most builtins cost to call, in steps; a turn of a loop that does nothing is one. */
const CALL = 3;

/**
 * What calling a builtin costs where it is more than most, in steps of about 20 ns, measured: the budget of a run then means about the same
 * CPU time whatever an expression does. To find the number for another one, time a million calls on a short value, take off those of `len`,
 * and divide. What grows with the values, items, words or characters, is charged where the work is done.
 */
const COSTS: Readonly<Record<string, number>> = {
  parse: 14,
  parse_json: 14,
  to_json: 10,
  parse_int: 6,
  parse_float: 6,
  to_hex: 6,
  to_octal: 6,
  to_binary: 6,
  to_debug: 12,
  debug: 16,
  to_string: 4,
  format: 60,
  to_iso: 20,
  from_iso: 40,
  diff: 10,
  uuid: 8,
  now: 4,
  today: 8,
  timestamp: 4,
  get_bits: 10,
  set_bits: 12,
  bits: 10,
  get_bit: 6,
  set_bit: 8,
  index_of: 5,
  sub_string: 8,
  split: 8,
  split_rev: 8,
  replace: 8,
  pad: 16,
  to_upper: 4,
  to_lower: 4,
  capitalize: 6,
  to_snake_case: 20,
  to_kebab_case: 20,
  to_camel_case: 20,
  to_url_encode: 10,
  url_decode: 10,
  to_base64: 10,
  base64_to_utf8: 12,
  search: 12,
  like: 6,
  ilike: 8,
  not_like: 6,
  not_ilike: 8,
  keys: 6,
  values: 6,
  merge: 8,
  mixin: 8,
  sort: 8,
  splice: 6,
  extract: 6,
  sin: 4,
  cos: 4,
  tan: 4,
  exp: 4,
  ln: 4,
  log: 4,
  toFixed: 8,
};

/** What it costs to call a builtin. */
export function costOfCall(name: string): number {
  return Object.hasOwn(COSTS, name) ? (COSTS[name] ?? CALL) : CALL;
}
