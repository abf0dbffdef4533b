import { describe } from 'vitest';

import { itAttachesTheToken } from './attaches-the-token.js';
import { itCanBeCalledOff } from './can-be-called-off.js';
import { itKeepsTheTokenFromOthers } from './keeps-the-token.js';
import type { OutboundClient } from './outbound-client.js';
import { itReplacesAnUnauthorizedToken } from './replaces-an-unauthorized-token.js';

/** The policy that every way of calling Aspose follows: one table of behaviours. */
export function describeOutboundPolicy(clients: readonly OutboundClient[]) {
  describe.each(clients.map((client) => [client.name, client] as const))(
    '%s',
    (_, client) => {
      itAttachesTheToken(client);
      itKeepsTheTokenFromOthers(client);
      itReplacesAnUnauthorizedToken(client);
      itCanBeCalledOff(client);
    },
  );
}
