import {
  Controller,
  Get,
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { AsposeAuthModule, AsposeTenantMiddleware } from 'nestjs-aspose-auth';

import { accountOf } from './customers.cloud.js';
import { CustomersService } from './customers.service.js';

@Controller('customers')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Get('usage')
  usage(): Promise<unknown> {
    return this.customers.usage();
  }
}

/** Serves customers who have accounts of their own, and say in a header who they are. */
@Module({
  imports: [
    AsposeAuthModule.forRootAsync({
      name: 'customers',
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        baseUrl: config.get<string>('CUSTOMERS_URL'),
        tenants: {
          tenantOf: ({ headers }: { headers: Record<string, string> }) =>
            headers['x-customer'],
          credentials: accountOf,
        },
      }),
    }),
  ],
  controllers: [CustomersController],
  providers: [CustomersService],
})
export class CustomersModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(AsposeTenantMiddleware).forRoutes(CustomersController);
  }
}
