import { Controller, Get } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
} from '@nestjs/terminus';
import { AsposeHealthIndicator } from 'nestjs-aspose-auth/terminus';

@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly aspose: AsposeHealthIndicator,
  ) {}

  @Get('readyz')
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.aspose.isHealthy('aspose')]);
  }
}
