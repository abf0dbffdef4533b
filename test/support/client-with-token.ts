import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import { optionsFor, startCloud } from './cloud.js';
import { httpClient } from './http-client.js';

/** A client that has its token already, and what must not be seen of it. */
export async function clientWithToken(
  settings: AsposeAuthModuleOptions['axios'] = {},
) {
  const cloud = await startCloud();
  const { aspose, tokens } = await httpClient({
    ...optionsFor(cloud),
    axios: settings,
  });
  const { value } = await tokens.getToken();
  const canaries = () => ({
    secret: cloud.clientSecret,
    firstToken: value,
    token: String(tokens.peekToken()?.value),
  });
  return { cloud, aspose, tokens, canaries };
}
