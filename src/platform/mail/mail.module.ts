import { Global, Module } from '@nestjs/common';
import { MailTransport } from './mail-transport.js';
import { MailProcessor } from './mail.processor.js';
import { MailService } from './mail.service.js';

@Global()
@Module({ providers: [MailTransport, MailService, MailProcessor], exports: [MailService] })
export class MailModule {}
