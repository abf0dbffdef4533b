import { Module } from '@nestjs/common';
import { AsposeConsoleModule } from 'nestjs-aspose-auth/console';
import { AsposeGatewayModule } from 'nestjs-aspose-auth/gateway';

import { LocalCloudModule } from '../local-cloud/local-cloud.module.js';
import { SessionGuard } from '../session/session.guard.js';
import { SessionModule } from '../session/session.module.js';
import { TourController } from './tour.controller.js';

/**
 * A page that sends workbooks through a gateway to Aspose, beside the console.
 *
 * Whoever opens it has a session, so its guard lets in everybody: sign users in, and show the console to administrators only.
 */
@Module({
  imports: [
    SessionModule,
    LocalCloudModule,
    AsposeGatewayModule.forRoot({
      path: 'aspose',
      allow: ['PUT /v4.0/cells/convert/spreadsheet'],
      guards: [SessionGuard],
      imports: [SessionModule],
    }),
    AsposeConsoleModule.forRoot({
      guards: [SessionGuard],
      imports: [SessionModule],
    }),
  ],
  controllers: [TourController],
})
export class TourModule {}
