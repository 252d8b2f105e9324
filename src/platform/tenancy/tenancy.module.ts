import { Global, Module } from '@nestjs/common';
import { AccessEpoch } from './access-epoch.js';
import { TenantData } from './tenant-data.js';

@Global()
@Module({ providers: [AccessEpoch, TenantData], exports: [AccessEpoch, TenantData] })
export class TenancyModule {}
