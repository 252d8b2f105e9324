import { Global, Module } from '@nestjs/common';
import { OutboundHttp } from './outbound-http.js';

/** Calls to addresses that others chose. */
@Global()
@Module({ providers: [OutboundHttp], exports: [OutboundHttp] })
export class OutboundModule {}
