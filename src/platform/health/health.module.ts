import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { HealthFigures } from './health-figures.js';
import { HealthIndicators } from './health.indicators.js';
import { Lifecycle } from './lifecycle.js';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthIndicators, HealthFigures, Lifecycle],
  exports: [HealthFigures, Lifecycle],
})
export class HealthModule {}
