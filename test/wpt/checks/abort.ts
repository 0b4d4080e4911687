import { run, same, throws, type Result, type Web } from './check.js';

/** Aborts and events; nothing here waits. */
export function checkAborts(web: Web): Result[] {
  const { AbortController, AbortSignal, DOMException, Event, EventTarget } = web;
  const isAbortError = (reason: unknown): void => {
    same(reason instanceof DOMException, true, 'the reason is a DOMException');
    same((reason as Error).name, 'AbortError');
  };
  return [
    run('abort: fires at once and once', () => {
      const controller = new AbortController();
      const { signal } = controller;
      let count = 0;
      same(signal.reason, undefined);
      signal.onabort = (event) => {
        count++;
        same(event.type, 'abort');
        same(event.target, signal);
        same(event.bubbles, false);
        same(event.isTrusted, true);
      };
      controller.abort();
      controller.abort();
      same(count, 1, 'events');
      same(controller.signal, signal);
      isAbortError(signal.reason);
      same(signal.reason, signal.reason);
    }),
    run('abort: a handler added afterwards is not called', () => {
      const controller = new AbortController();
      controller.abort();
      controller.signal.onabort = () => {
        throw new Error('called');
      };
      same(controller.signal.aborted, true);
    }),
    run('abort: reasons', () => {
      for (const reason of [new Error('hello'), null, 'text', 0]) {
        const controller = new AbortController();
        controller.abort(reason);
        same(controller.signal.reason, reason);
        same(AbortSignal.abort(reason).reason, reason);
      }
      const controller = new AbortController();
      controller.abort(undefined);
      isAbortError(controller.signal.reason);
      isAbortError(AbortSignal.abort().reason);
    }),
    run('abort: throwIfAborted', () => {
      new AbortController().signal.throwIfAborted();
      const reason = new Error('boom');
      for (const given of [reason, 'hello'])
        try {
          AbortSignal.abort(given).throwIfAborted();
          throw new Error('nothing was thrown');
        } catch (error) {
          same(error, given);
        }
    }),
    run('abort: signals cannot be made', () =>
      throws('TypeError', () => new (AbortSignal as unknown as new () => object)()),
    ),
    run('any: follows one', () => {
      const controller = new AbortController();
      const any = AbortSignal.any([controller.signal]);
      let fired = 0;
      any.onabort = ({ target }) => {
        fired++;
        same(target, any);
      };
      same(any.aborted, false);
      controller.abort('reason string');
      same(any.aborted, true);
      same(fired, 1);
      same(any.reason, 'reason string');
    }),
    run('any: follows several, composed or not', () => {
      for (let at = 0; at < 3; at++) {
        const all = [new AbortController(), new AbortController(), new AbortController()] as const;
        const flat = AbortSignal.any(all.map(({ signal }) => signal));
        const composed = AbortSignal.any([AbortSignal.any([all[0].signal, all[1].signal]), all[2].signal]);
        let fired = 0;
        flat.onabort = composed.onabort = () => (fired += 1);
        all[at]?.abort();
        same(fired, 2);
        isAbortError(flat.reason);
        isAbortError(composed.reason);
      }
    }),
    run('any: the first reason counts', () => {
      const [a, b] = [new AbortController(), new AbortController()];
      a.abort('reason 1');
      b.abort('reason 2');
      same(AbortSignal.any([new AbortController().signal, a.signal, b.signal]).reason, 'reason 1');
      same(AbortSignal.any([a.signal, b.signal, a.signal]).reason, 'reason 1');
      same(AbortSignal.any([]).aborted, false);
    }),
    run('any: the same signal twice', () => {
      const controller = new AbortController();
      const any = AbortSignal.any([controller.signal, controller.signal]);
      controller.abort('reason');
      same(any.reason, 'reason');
    }),
    run('any: works with intermediate signals', () => {
      const controller = new AbortController();
      let any = AbortSignal.any([controller.signal]);
      for (let depth = 0; depth < 3; depth++) any = AbortSignal.any([any]);
      let fired = 0;
      any.onabort = () => (fired += 1);
      controller.abort('the reason');
      same(fired, 1);
      same(any.reason, 'the reason');
    }),
    run('any: events come in order', () => {
      const controller = new AbortController();
      const signals = [controller.signal];
      signals.push(AbortSignal.any([controller.signal]), AbortSignal.any([controller.signal]));
      signals.push(AbortSignal.any(signals.slice(0, 1)), AbortSignal.any(signals.slice(1, 2)));
      let order = '';
      signals.forEach((signal, at) => signal.addEventListener('abort', () => void (order += String(at))));
      controller.abort();
      same(order, '01234');
    }),
    run('any: all are aborted before the first listener hears of it', () => {
      const controller = new AbortController();
      const any = AbortSignal.any([controller.signal]);
      any.addEventListener('abort', () => undefined);
      let seen: unknown;
      controller.signal.addEventListener('abort', () => void (seen = any.aborted));
      controller.abort();
      same(seen, true);
    }),
    run('listeners: signal removes them', () => {
      const target = new EventTarget();
      const controller = new AbortController();
      let count = 0;
      target.addEventListener('x', () => (count += 1), { signal: controller.signal });
      target.dispatchEvent(new Event('x'));
      controller.abort();
      target.dispatchEvent(new Event('x'));
      same(count, 1);
      target.addEventListener('x', () => (count += 1), { signal: controller.signal });
      target.dispatchEvent(new Event('x'));
      same(count, 1, 'added with an aborted signal');
      throws('TypeError', () => target.addEventListener('x', () => undefined, { signal: null } as never));
    }),
    run('listeners: once, capture, the same one twice', () => {
      const target = new EventTarget();
      const order: string[] = [];
      const twice = (): void => void order.push('twice');
      target.addEventListener('x', twice);
      target.addEventListener('x', twice);
      target.addEventListener('x', () => void order.push('once'), { once: true });
      target.addEventListener('x', () => void order.push('capture'), true);
      target.dispatchEvent(new Event('x'));
      target.removeEventListener('x', twice, true);
      target.dispatchEvent(new Event('x'));
      target.removeEventListener('x', twice);
      target.dispatchEvent(new Event('x'));
      same(order.join(), 'capture,twice,once,capture,twice,capture');
    }),
    run('listeners: objects, and what they return', () => {
      const target = new EventTarget();
      const seen: unknown[] = [];
      const listener = {
        handleEvent(event: Event) {
          seen.push(this, event.currentTarget, event.eventPhase);
          event.preventDefault();
        },
      };
      target.addEventListener('x', listener);
      const event = new Event('x', { cancelable: true });
      same(target.dispatchEvent(event), false);
      same(seen[0], listener);
      same(seen[1], target);
      same(seen[2], 2);
      same(event.defaultPrevented, true);
      same(event.currentTarget, null);
      same(event.target, target);
      same(target.dispatchEvent(new Event('x')), true, 'not cancelable');
    }),
    run('listeners: stopImmediatePropagation and removal while it runs', () => {
      const target = new EventTarget();
      const order: string[] = [];
      const late = (): void => void order.push('late');
      target.addEventListener('x', () => {
        order.push('first');
        target.removeEventListener('x', late);
        target.addEventListener('x', () => void order.push('added'));
      });
      target.addEventListener('x', late);
      target.dispatchEvent(new Event('x'));
      same(order.join(), 'first');
      target.addEventListener('y', (event) => event.stopImmediatePropagation());
      target.addEventListener('y', () => void order.push('y'));
      target.dispatchEvent(new Event('y'));
      same(order.join(), 'first');
    }),
    run('listeners: passive ones cannot cancel', () => {
      const target = new EventTarget();
      target.addEventListener('x', (event) => event.preventDefault(), { passive: true });
      same(target.dispatchEvent(new Event('x', { cancelable: true })), true);
    }),
    run('events: one that is under way cannot be dispatched', () => {
      const target = new EventTarget();
      let name = '';
      target.addEventListener('x', (event) => {
        try {
          target.dispatchEvent(event);
        } catch (error) {
          ({ name } = error as Error);
        }
      });
      target.dispatchEvent(new Event('x'));
      same(name, 'InvalidStateError');
      throws('TypeError', () => target.dispatchEvent({} as never));
    }),
    run('exceptions: name, code, message', () => {
      const error = new DOMException('m', 'NotFoundError');
      same(error instanceof Error, true);
      same(error.code, 8);
      same(error.message, 'm');
      same(String(error), 'NotFoundError: m');
      same(Object.prototype.toString.call(error), '[object DOMException]');
      same(new DOMException().name, 'Error');
      same(new DOMException('m', 'x').code, 0);
      same(DOMException.DATA_CLONE_ERR, 25);
      same(new DOMException('m', { name: 'a', cause: 1 } as never).cause, 1);
    }),
  ];
}
