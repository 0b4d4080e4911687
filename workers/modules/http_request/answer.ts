import type { ResponseHead } from '../../../src/sdk/index.js';
import type { Value } from '../../../src/values.js';

/** What a call answers with. */
export interface Answer {
  readonly response: {
    readonly status_code: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Value;
  } | null;
  readonly is_success: boolean;
  readonly is_error: boolean;
  readonly message: string;
}

/** The answer to a request that got no response. */
export function noResponse(message: string): Answer {
  return { response: null, is_success: false, is_error: true, message };
}

/** The answer to a response with its body. */
export function answerTo(head: ResponseHead, body: Uint8Array): Answer {
  return answer(head, { body: parsed(new TextDecoder().decode(body)) });
}

/** The answer to a response whose body is streamed. */
export function headOf(head: ResponseHead): Answer {
  return answer(head, {});
}

function answer({ status, headerList }: ResponseHead, body: { readonly body?: Value }): Answer {
  const isError = status >= 400 && status <= 599;
  return {
    response: { status_code: status, headers: lastOf(headerList), ...body },
    is_success: status >= 200 && status <= 299,
    is_error: isError,
    message: isError ? `Request failed with status ${status}` : 'Request successful',
  };
}

/** Of several headers of one name the last; what is not ASCII is left empty. */
function lastOf(list: ResponseHead['headerList']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.map(([name, value]) => [name, /[^\t\x20-\x7e]/.test(value) ? '' : value] as const),
  );
}

/** What the text says as JSON, else the text. `__proto__` is a member like any other. */
function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
