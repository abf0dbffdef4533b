import type { ClientCredentialsInput } from '../../lib/credential/client-credentials.js';
import { granted, refused, tokenTower } from './token-tower.js';

/** What the vault holds at first. */
export const OLD = { clientId: 'client', clientSecret: 'old-secret' };
/** Another secret of the same client. */
export const NEW = { clientId: 'client', clientSecret: 'new-secret' };
/** Another client. */
export const OTHER = { clientId: 'other', clientSecret: 'other-secret' };

/** An engine over a vault whose content, or failure, the test sets. */
export function vaultTower() {
  const vault: {
    reads: number;
    holds: () => ClientCredentialsInput | Promise<ClientCredentialsInput>;
  } = { reads: 0, holds: () => OLD };
  const tower = tokenTower({
    credentials: () => {
      vault.reads += 1;
      return vault.holds();
    },
  });
  return Object.assign(tower, { vault });
}

/** See {@link vaultTower}. */
export type VaultTower = ReturnType<typeof vaultTower>;

/** Accepts this secret alone from now on. */
export function accept(tower: VaultTower, secret: string): void {
  tower.answer = ({ body }) =>
    new URLSearchParams(body).get('client_secret') === secret
      ? granted(`token-${tower.requests.length}`)
      : refused();
}

/** The secrets of the token requests, oldest first. */
export function secretsSent({ requests }: VaultTower): (string | null)[] {
  return requests.map(({ body }) =>
    new URLSearchParams(body).get('client_secret'),
  );
}
