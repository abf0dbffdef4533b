import type { CookieOptions, Request, Response } from 'express';
import { expect, it, onTestFinished, vi } from 'vitest';

import { Sessions } from '../src/session/sessions.js';

/** A visitor's browser: it keeps one cookie. */
function browser(from: Sessions) {
  const kept = { cookie: '', options: {} as CookieOptions };
  const request = { headers: kept } as unknown as Request;
  const response = {
    cookie: (name: string, value: string, options: CookieOptions) => {
      kept.cookie = `${name}=${value}`;
      kept.options = options;
    },
  } as unknown as Response;
  return {
    kept,
    begin: (customer?: string) =>
      from.begin(customer === undefined ? {} : { customer }, request, response),
    session: () => from.of(request),
  };
}

it('Strangers end no session of a customer', () => {
  const sessions = new Sessions();
  const [customer, visitor] = [browser(sessions), browser(sessions)];
  customer.begin('acme');
  visitor.begin();

  for (let n = 0; n < 10_000; n += 1) browser(sessions).begin();

  expect(customer.session()).toEqual({ customer: 'acme' });
  expect(visitor.session()).toBeUndefined();
});

it('In production, the cookie is for this very host and over TLS, whatever a proxy makes of the request', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.resetModules();
  onTestFinished(() => void vi.resetModules());
  const { Sessions: InProduction } = await import('../src/session/sessions.js');
  const visitor = browser(new InProduction());

  visitor.begin();

  expect(visitor.kept.cookie).toMatch(/^__Host-session=/);
  expect(visitor.kept.options).toMatchObject({ secure: true });
  expect(visitor.session()).toEqual({});
});
