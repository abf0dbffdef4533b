import { Module } from '@nestjs/common';

import { SameOriginGuard } from './same-origin.guard.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';

@Module({
  providers: [Sessions, SessionGuard, SameOriginGuard],
  exports: [Sessions, SessionGuard, SameOriginGuard],
})
export class SessionModule {}
