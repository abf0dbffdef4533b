import {
  Body,
  Controller,
  HttpCode,
  Post,
  Req,
  Res,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import type { Request, Response } from 'express';

import { SameOriginGuard } from '../session/same-origin.guard.js';
import { Sessions } from '../session/sessions.js';
import { CustomerStore } from './customer-store.js';

/** Signs customers in, by their keys. */
@Controller('customer/session')
@UseGuards(SameOriginGuard)
export class CustomerSessionController {
  constructor(
    private readonly customers: CustomerStore,
    private readonly sessions: Sessions,
  ) {}

  @Post()
  @HttpCode(200)
  signIn(
    @Body() body: { readonly key?: unknown } | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): { customer: string } {
    const customer = this.customers.findByKey(String(body?.key));
    if (customer === undefined)
      throw new UnauthorizedException('This is not the key of a customer.');
    this.sessions.begin({ customer }, request, response);
    return { customer };
  }
}
