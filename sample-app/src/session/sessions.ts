import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';

/** What the app knows of a visitor. */
export interface Session {
  /** The customer who has signed in. */
  readonly customer?: string;
}

/** A browser takes a cookie with that prefix from this very host only, and over TLS only. */
const PREFIX = process.env['NODE_ENV'] === 'production' ? '__Host-' : '';
const NAME = `${PREFIX}session`;
const COOKIE = new RegExp(`(?:^|; )${NAME}=([\\w-]+)`);
const MAX_SESSIONS = 10_000;
const LIFETIME_MS = 8 * 3_600_000;

/**
 * The visitors' sessions, in memory. In your app, `express-session` keeps them in a store.
 *
 * No script can read the cookie, and a browser sends it with no request that another site makes.
 */
@Injectable()
export class Sessions {
  readonly #sessions = new Map<string, { session: Session; endsAt: number }>();

  of(request: Request): Session | undefined {
    const kept = this.#sessions.get(idIn(request));
    return kept && Date.now() < kept.endsAt ? kept.session : undefined;
  }

  /** Begins a session in place of the visitor's last one. */
  begin(session: Session, request: Request, response: Response): void {
    const id = randomBytes(32).toString('base64url');
    this.#sessions.delete(idIn(request));
    this.#sessions.set(id, { session, endsAt: Date.now() + LIFETIME_MS });
    if (this.#sessions.size > MAX_SESSIONS)
      this.#sessions.delete(this.#leastMissed());
    response.cookie(NAME, id, {
      httpOnly: true,
      maxAge: LIFETIME_MS,
      sameSite: 'strict',
      secure: PREFIX !== '' || request.secure,
    });
  }

  /** The oldest session of nobody: strangers must not end those of customers. */
  #leastMissed(): string {
    for (const [id, { session }] of this.#sessions)
      if (session.customer === undefined) return id;
    const [oldest = ''] = this.#sessions.keys();
    return oldest;
  }
}

function idIn({ headers }: Request): string {
  return COOKIE.exec(headers.cookie ?? '')?.[1] ?? '';
}
