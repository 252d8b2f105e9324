import { Global, Module } from '@nestjs/common';
import { TenantData } from './tenant-data.js';

@Global()
@Module({ providers: [TenantData], exports: [TenantData] })
export class TenancyModule {}
