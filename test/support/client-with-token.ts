import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import { startCloud } from './cloud.js';
import { nestApp } from './nest-app.js';

/** A client that has its token already, and what must not be seen of it. */
export async function clientWithToken(
  settings: AsposeAuthModuleOptions['axios'] = {},
) {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp()
    .overCloud(cloud)
    .with({ axios: settings })
    .start();
  const { value } = await tokens.getToken();
  const canaries = () => ({
    secret: cloud.clientSecret,
    firstToken: value,
    token: String(tokens.peekToken()?.value),
  });
  return { cloud, aspose, tokens, canaries };
}
