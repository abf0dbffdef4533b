import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Controller, Get, Header, Req, Res, UseGuards } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Request, Response } from 'express';

import { customersFile, DEMO_CUSTOMERS } from '../customers/customers-file.js';
import { LocalCloudService } from '../local-cloud/local-cloud.service.js';
import { SessionGuard } from '../session/session.guard.js';
import { Sessions } from '../session/sessions.js';

const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** What the page may show. */
interface Tour {
  readonly hasDemoCustomers: boolean;
  readonly hasLocalCloud: boolean;
}

/** Serves the page. */
@Controller()
export class TourController {
  constructor(
    private readonly sessions: Sessions,
    private readonly localCloud: LocalCloudService,
    private readonly config: ConfigService,
  ) {}

  @Get()
  @Header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  page(@Req() request: Request, @Res() response: Response): void {
    // A stub of a sign-in: whoever opens the page gets a session, which opens the gateway and the console.
    // In your app, begin one where you have verified who it is: with a password, or at an identity provider.
    if (this.sessions.of(request) === undefined)
      this.sessions.begin({}, request, response);
    response.sendFile('index.html', { root: PUBLIC });
  }

  @Get(['tour.css', 'tour.js'])
  @Header('X-Content-Type-Options', 'nosniff')
  asset(@Req() request: Request, @Res() response: Response): void {
    response.sendFile(basename(request.path), { root: PUBLIC });
  }

  @Get('quarterly-sales.xlsx')
  @Header('X-Content-Type-Options', 'nosniff')
  workbook(@Res() response: Response): void {
    response.sendFile('quarterly-sales.xlsx', { root: FIXTURES });
  }

  @Get('tour')
  @UseGuards(SessionGuard)
  tour(): Tour {
    const customers = customersFile((name) => this.config.get<string>(name));
    return {
      hasDemoCustomers: resolve(customers ?? '') === DEMO_CUSTOMERS,
      hasLocalCloud: this.localCloud.isRunning,
    };
  }
}
