import type { AsposeAuthModuleOptions } from '../../lib/options/aspose-auth-options.interface.js';
import type { AccessToken } from '../../lib/token/access-token.js';
import { tokenTower, type TokenTower } from './token-tower.js';

/** An engine that got a token, `token-1`, some time ago. */
export async function agedTower(
  ageMs: number,
  {
    lifetimeSeconds = 3600,
    random = () => 0.5,
    options = {},
  }: {
    lifetimeSeconds?: number;
    random?: () => number;
    options?: AsposeAuthModuleOptions;
  } = {},
): Promise<TokenTower & { readonly token: AccessToken }> {
  const tower = tokenTower(options, { lifetimeSeconds, random });
  const token = await tower.tokens.getToken();
  await tower.clock.advance(ageMs);
  tower.events.length = 0;
  return Object.assign(tower, { token });
}
