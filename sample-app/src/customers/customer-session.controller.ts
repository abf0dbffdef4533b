import {
  Body,
  Controller,
  Delete,
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

/** Signs customers in, by their keys, and out. */
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
    const key = body?.key;
    const customer =
      typeof key === 'string' ? this.customers.findByKey(key) : undefined;
    if (customer === undefined)
      throw new UnauthorizedException('This is not the key of a customer.');
    this.sessions.begin({ customer }, request, response);
    return { customer };
  }

  @Delete()
  @HttpCode(204)
  signOut(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): void {
    this.sessions.begin({}, request, response);
  }
}
