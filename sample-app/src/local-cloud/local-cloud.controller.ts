import {
  Controller,
  HttpCode,
  NotFoundException,
  Param,
  ParseEnumPipe,
  Post,
  UseGuards,
} from '@nestjs/common';
import { AsposeClients } from 'nestjs-aspose-auth';

import { SameOriginGuard } from '../session/same-origin.guard.js';
import { SessionGuard } from '../session/session.guard.js';
import { LocalCloudService } from './local-cloud.service.js';

enum Deed {
  Revoke = 'revoke',
  Break = 'break',
  Rotate = 'rotate',
  Heal = 'heal',
}

/** Makes the local cloud fail, and heals it. Aspose Cloud cannot be treated so: without a local cloud, nothing is here. */
@Controller('local-cloud')
@UseGuards(SessionGuard, SameOriginGuard)
export class LocalCloudController {
  constructor(
    private readonly localCloud: LocalCloudService,
    private readonly clients: AsposeClients,
  ) {}

  @Post(':deed')
  @HttpCode(204)
  do(@Param('deed', new ParseEnumPipe(Deed)) deed: Deed): void {
    if (!this.localCloud.isRunning) throw new NotFoundException();
    if (deed !== Deed.Heal) this.forgetHolds();
    this.localCloud[deed]();
  }

  /** So that failures can be played with in any order: what the last one has left behind would change what the next one does. */
  private forgetHolds(): void {
    for (const name of this.clients.names)
      this.clients.get(name).tokens.reset();
  }
}
