import { HttpAdapterHost, ModulesContainer, Reflector } from '@nestjs/core';

import { AsposeTokenGuard } from '../../lib/index.js';
import { AsposeClients } from '../../lib/clients/aspose-clients.js';
import { TenantContext } from '../../lib/tenants/tenant-context.js';
import type { TokenSource } from '../../lib/token/token-source.js';

/** A guard of an app whose default client has a token source. */
export function guardOver(source: TokenSource): AsposeTokenGuard {
  const clients = new AsposeClients(new ModulesContainer());
  clients.add('default', { source } as Parameters<AsposeClients['add']>[1]);
  return new AsposeTokenGuard(
    clients,
    new TenantContext(),
    new Reflector(),
    new HttpAdapterHost(),
  );
}
